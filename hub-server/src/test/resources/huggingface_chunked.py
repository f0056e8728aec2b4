"""Uploads with the stock client as installed: no setting turns chunked uploads off.

Arguments: endpoint, token, repository[, cache folder of an earlier run]. Content depends on nothing
else, so a second run with the first one's cache sends chunks that the hub already has.
"""

import hashlib
import os
import random
import sys
import tempfile
from pathlib import Path

endpoint, token, repo = sys.argv[1:4]
home = sys.argv[4] if len(sys.argv) > 4 else tempfile.mkdtemp()
assert "HF_HUB_DISABLE_XET" not in os.environ
os.environ.update(
    HF_ENDPOINT=endpoint,
    HF_HOME=home,
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
)

import hf_xet  # noqa: F401  the client uses it because it is installed
from huggingface_hub import CommitOperationAdd, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError

api = HfApi(endpoint=endpoint, token=token)
api.create_repo(repo)
draw = random.Random(5)
folder = Path(tempfile.mkdtemp())


def write(name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def same(revision=None):
    """Every byte of the repository, pulled into an empty cache."""
    pulled = Path(snapshot_download(repo, revision=revision, cache_dir=tempfile.mkdtemp()))
    there = {p.relative_to(pulled).as_posix(): p.read_bytes() for p in pulled.rglob("*") if p.is_file()}
    there.pop(".gitattributes")
    here = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert there == here, (sorted(there), sorted(here), [n for n in here if there.get(n) != here[n]])


model = bytearray(draw.randbytes(12_000_000))
floats = b"".join(draw.choice((b"\x00\x00\x80\x3f", b"\xcd\xcc\x4c\x3d", b"\x00\x00\x00\xbf")) for _ in range(500_000))
write("README.md", b"---\nlicense: cc-by-4.0\n---\n# Chunked\n")
write("small.txt", b"not a large file\n")
write("empty.txt", b"")
write("model.pt", bytes(model))
write("weights.safetensors", floats)
write("zeros.bin", bytes(3_000_000))
write("tiny.pt", b"x")
write("odd.npy", draw.randbytes(65_537))
for number in range(24):
    write(f"parts/{number:03}.bin", draw.randbytes(draw.randrange(1, 40_000)))
first = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Add the model")
same(first.oid)

info = {s.rfilename: s for s in api.model_info(repo, files_metadata=True).siblings}
assert info["model.pt"].lfs.sha256 == hashlib.sha256(model).hexdigest()
assert info["small.txt"].lfs is None

again = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Nothing new")
assert again.oid == first.oid

model[6_000_000:6_000_100] = draw.randbytes(100)
model[1_000:1_000] = draw.randbytes(333)
write("model.pt", bytes(model))
second = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Change the model")
assert second.oid != first.oid
same()

write("model.bin", bytes(model) + bytes(model[:5_000_000]))
api.upload_file(repo_id=repo, path_or_fileobj=folder / "model.bin", path_in_repo="model.bin")
api.create_branch(repo, branch="exp/a b")
same("exp/a b")
write("branch.pt", draw.randbytes(200_000))
api.upload_file(repo_id=repo, path_or_fileobj=folder / "branch.pt", path_in_repo="branch.pt", revision="exp/a b")
same("exp/a b")

bytes_upload = draw.randbytes(700_000)
api.create_commit(
    repo_id=repo, operations=[CommitOperationAdd("memory.pt", bytes_upload)], commit_message="From memory"
)
pulled = hf_hub_download(repo, "memory.pt", cache_dir=tempfile.mkdtemp())
assert Path(pulled).read_bytes() == bytes_upload

if repo.endswith("/first"):
    # P-07: more files than one batch holds, which the client sends as several commits.
    for number in range(300):
        write(f"many/{number % 7}/{number:03}.bin", draw.randbytes(draw.randrange(1, 3_000)))
    write("many/one.pt", draw.randbytes(5_000_000))
    write("many/two.pt", draw.randbytes(5_000_000))
    api.create_repo("chunked/many")
    api.upload_folder(repo_id="chunked/many", folder_path=folder / "many")
    pulled = Path(snapshot_download("chunked/many", cache_dir=tempfile.mkdtemp()))
    for path in (folder / "many").rglob("*"):
        assert path.is_dir() or (pulled / path.relative_to(folder / "many")).read_bytes() == path.read_bytes(), path

stranger = HfApi(endpoint=endpoint, token="syn_wrong")
try:
    stranger.upload_file(repo_id=repo, path_or_fileobj=bytes_upload, path_in_repo="stolen.pt")
    raise AssertionError("an unknown token uploads")
except HfHubHTTPError as refusal:
    assert refusal.response.status_code == 401, refusal
print("HOME", home)
print("DONE")
