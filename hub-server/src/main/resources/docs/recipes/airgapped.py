# curl -O {hub}/docs/schub.py
import os

os.environ["HF_ENDPOINT"] = "{hub}"  # before the import
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import schub

schub.install()  # from here on nothing asks an address outside

from huggingface_hub import HfApi, ModelCard

repo = HfApi().whoami()["name"] + "/behind-the-wall"
HfApi().create_repo(repo, exist_ok=True)
card = ModelCard("---\nlicense: cc-by-4.0\n---\n# Behind the wall\n")
card.push_to_hub(repo)  # checked by this hub
print(ModelCard.load(repo).data.license)
