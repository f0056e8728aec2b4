"""Drives a hub with the stock client. Each check is an assert; prints DONE at the end."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

endpoint, token = sys.argv[1:3]
home = tempfile.mkdtemp()
os.environ.update(
    HF_ENDPOINT=endpoint,
    HF_HOME=home,
    HF_HUB_DISABLE_XET="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
)

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)


def refused(kind, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except kind as failure:
        return failure
    raise AssertionError(f"expected {kind.__name__} from {call}")


api = HfApi(endpoint=endpoint, token=token)
me = api.whoami()
assert me["auth"]["accessToken"]["role"] == "write", me

repo = "atlas/lung-scvi"
url = api.create_repo(repo, private=False)
assert url.repo_id == repo, url
assert api.create_repo(repo, exist_ok=True).repo_id == repo
assert refused(HfHubHTTPError, api.create_repo, repo).response.status_code == 409

folder = Path(tempfile.mkdtemp())
(folder / "README.md").write_text(
    "---\nlicense: cc-by-4.0\nlibrary_name: scvi-tools\ntags:\n- single-cell\n"
    "- model_cls_name:SCVI\n- tissue:lung\n- genes:2000\n---\n# Lung\n\nA model of the lung.\n",
    encoding="utf-8",
)
(folder / "model.pt").write_bytes(os.urandom(3_000_000))
(folder / "adata.h5ad").write_bytes(bytes(range(256)) * 5000)
(folder / "empty.txt").write_bytes(b"")
(folder / "notes").mkdir()
(folder / "notes" / "größe & maß+1.txt").write_text("Zellgröße\n", encoding="utf-8")
(folder / "_scvi_required_metadata.json").write_text('{"model_cls_name": "SCVI", "scvi_version": "1.4.0"}')
first = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Add the model")

files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
cache = tempfile.mkdtemp()
snapshot = Path(snapshot_download(repo, cache_dir=cache))
pulled = {p.relative_to(snapshot).as_posix(): p.read_bytes() for p in snapshot.rglob("*") if p.is_file()}
assert pulled.pop(".gitattributes").startswith(b"*.pt filter=lfs")
assert pulled == files, sorted(pulled)
assert snapshot.name == first.oid, (snapshot, first.oid)

one = hf_hub_download(repo, "model.pt", revision=first.oid[:10], cache_dir=tempfile.mkdtemp())
assert Path(one).read_bytes() == files["model.pt"]
local = Path(tempfile.mkdtemp())
hf_hub_download(repo, "notes/größe & maß+1.txt", local_dir=local)
assert (local / "notes" / "größe & maß+1.txt").read_bytes() == files["notes/größe & maß+1.txt"]

info = api.model_info(repo, files_metadata=True)
assert info.sha == first.oid and info.library_name == "scvi-tools" and not info.private
model = next(s for s in info.siblings if s.rfilename == "model.pt")
assert model.lfs.sha256 == hashlib.sha256(files["model.pt"]).hexdigest() and model.size == 3_000_000
assert {"single-cell", "license:cc-by-4.0", "model_cls_name:SCVI", "scvi_version:1.4.0"} <= set(info.tags), info.tags
assert info.card_data.license == "cc-by-4.0"

assert [m.id for m in api.list_models(search="lung")] == [repo]
assert [m.id for m in api.list_models(filter=["model_cls_name:SCVI", "tissue:lung"])] == [repo]
assert [m.id for m in api.list_models(filter="genes:>=2000")] == [repo]
assert [m.id for m in api.list_models(filter="genes:>2000")] == []
assert [m.id for m in api.list_models(filter="tissue:liver")] == []

tree = {e.path: e for e in api.list_repo_tree(repo, recursive=True, expand=True)}
assert tree["model.pt"].lfs.sha256 == model.lfs.sha256
assert tree["README.md"].last_commit.oid == first.oid
assert "notes" in tree
assert {p.path for p in api.get_paths_info(repo, ["README.md", "nothing"])} == {"README.md"}

again = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Nothing new")
assert again.oid == first.oid, "an unchanged folder makes no commit"

second = api.create_commit(
    repo_id=repo,
    operations=[CommitOperationAdd("x.txt", b"x"), CommitOperationDelete("empty.txt"), CommitOperationDelete("notes/")],
    commit_message="Tidy",
    parent_commit=first.oid,
)
assert set(api.list_repo_files(repo)) == {".gitattributes", "README.md", "_scvi_required_metadata.json", "adata.h5ad", "model.pt", "x.txt"}
stale = refused(
    HfHubHTTPError,
    api.create_commit,
    repo_id=repo,
    operations=[CommitOperationAdd("y.txt", b"y")],
    commit_message="Late",
    parent_commit=first.oid,
)
assert stale.response.status_code == 412, stale
assert [c.commit_id for c in api.list_repo_commits(repo)][:2] == [second.oid, first.oid]

api.create_branch(repo, branch="exp/a b", revision=first.oid)
api.create_tag(repo, tag="v1", revision=first.oid)
refs = api.list_repo_refs(repo)
assert {b.name for b in refs.branches} == {"main", "exp/a b"} and refs.tags[0].target_commit == first.oid
assert api.file_exists(repo, "empty.txt", revision="exp/a b") and not api.file_exists(repo, "empty.txt")
api.upload_file(repo_id=repo, path_or_fileobj=b"b", path_in_repo="b.txt", revision="exp/a b")
assert not api.file_exists(repo, "b.txt")

refused(EntryNotFoundError, hf_hub_download, repo, "missing.pt")
refused(RevisionNotFoundError, api.model_info, repo, revision="nope")
refused(RepositoryNotFoundError, api.model_info, "atlas/nothing")
wrong = refused(HfHubHTTPError, HfApi(endpoint=endpoint, token="syn_wrong").whoami)
assert "Invalid credentials" in str(wrong) or "Invalid user token" in str(wrong), wrong
wrong = refused(HfHubHTTPError, HfApi(endpoint=endpoint, token="syn_wrong").upload_file, repo_id=repo, path_or_fileobj=b"b", path_in_repo="b.txt")
assert wrong.response.status_code == 401 and "Invalid credentials" in str(wrong), wrong

slug = "scvi-tools/scvi-673c2c0f2bf4163ef14d018d"
assert [i.item_id for i in api.add_collection_item(slug, item_id=repo, item_type="model").items] == [repo]
assert refused(HfHubHTTPError, api.add_collection_item, slug, item_id=repo, item_type="model").response.status_code == 409
assert [i.item_id for i in api.get_collection(slug).items] == [repo]

big = os.urandom(1_500_000)
api.upload_file(repo_id=repo, path_or_fileobj=big, path_in_repo="big.bin")
assert Path(hf_hub_download(repo, "big.bin", cache_dir=tempfile.mkdtemp())).read_bytes() == big

large = {f.filename: f for f in api.list_lfs_files(repo)}
assert large["big.bin"].size == 1_500_000 and large["big.bin"].file_oid == hashlib.sha256(big).hexdigest()
api.super_squash_history(repo)
assert len(api.list_repo_commits(repo)) == 1
assert Path(hf_hub_download(repo, "big.bin", cache_dir=tempfile.mkdtemp())).read_bytes() == big

leaky = "atlas/leaky"
api.create_repo(leaky)
api.upload_file(repo_id=leaky, path_or_fileobj=b"kept", path_in_repo="kept.txt")
api.upload_file(repo_id=leaky, path_or_fileobj=os.urandom(2000), path_in_repo="donors.h5ad")
api.create_tag(leaky, tag="v1")
api.upload_file(repo_id=leaky, path_or_fileobj=b"later", path_in_repo="later.txt")
donors = [f for f in api.list_lfs_files(leaky) if f.filename == "donors.h5ad"]
assert refused(HfHubHTTPError, api.permanently_delete_lfs_files, leaky, donors, rewrite_history=False).response.status_code == 400
before = [c.title for c in api.list_repo_commits(leaky)]
old = api.model_info(leaky).sha
api.permanently_delete_lfs_files(leaky, donors)
assert list(api.list_lfs_files(leaky)) == [] and [c.title for c in api.list_repo_commits(leaky)] == before
for revision, files in (("main", {"kept.txt", "later.txt"}), ("v1", {"kept.txt"})):
    assert set(api.list_repo_files(leaky, revision=revision)) == files | {".gitattributes"}, revision
refused(RevisionNotFoundError, api.model_info, leaky, revision=old)
assert Path(hf_hub_download(leaky, "kept.txt", revision="v1", cache_dir=tempfile.mkdtemp())).read_bytes() == b"kept"

secret = "atlas/secret"
api.create_repo(secret, private=True)
api.upload_file(repo_id=secret, path_or_fileobj=b"s", path_in_repo="s.txt")
anonymous = HfApi(endpoint=endpoint, token=False)
refused(RepositoryNotFoundError, anonymous.model_info, secret)
assert secret not in {m.id for m in anonymous.list_models()}
assert secret in {m.id for m in api.list_models()}

api.move_repo(secret, "atlas/renamed")
assert api.model_info(secret).id == "atlas/renamed"
assert Path(hf_hub_download(secret, "s.txt", token=token, cache_dir=tempfile.mkdtemp())).read_bytes() == b"s"
api.delete_repo("atlas/renamed")
refused(RepositoryNotFoundError, api.model_info, "atlas/renamed")
print("DONE")
