# pip install huggingface_hub
import os

os.environ["HF_ENDPOINT"] = "{hub}"  # before the import

from huggingface_hub import HfApi, snapshot_download

api = HfApi()
repo = api.whoami()["name"] + "/first-steps"
api.create_repo(repo, exist_ok=True)
api.upload_file(
    path_or_fileobj=b"---\nlicense: cc-by-4.0\n---\n# First steps\n",
    path_in_repo="README.md",
    repo_id=repo,
)
folder = snapshot_download(repo)
print(repo, sorted(os.listdir(folder)))
