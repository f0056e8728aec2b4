"""Drives a hub with the stock Python client.

    python matrix_hub.py push|pull|more ENDPOINT TOKEN REPOSITORY FOLDER

Each step prints `ok FLOW` or `no FLOW: why`; the caller compares the folders. Uploads go the way
the client is configured from outside: in chunks, or plainly with HF_HUB_DISABLE_XET=1.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

command, endpoint, token, repo, folder = sys.argv[1:6]
os.environ.update(
    HF_ENDPOINT=endpoint,
    HF_HOME=tempfile.mkdtemp(),
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
)

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

api = HfApi(endpoint=endpoint, token=token)
folder = Path(folder)


def flow(label, steps):
    try:
        steps()
        print("ok", label)
    except Exception as failure:  # what went wrong is the result
        print(f"no {label}: {type(failure).__name__} {failure}".replace("\n", " "))


def refused(kind, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except kind as failure:
        return failure
    raise AssertionError(f"expected {kind.__name__}")


def identity():
    assert api.whoami()["auth"]["accessToken"]["role"] == "write"
    wrong = refused(HfHubHTTPError, HfApi(endpoint=endpoint, token="syn_wrong").whoami)
    assert wrong.response.status_code == 401


def create():
    assert api.create_repo(repo).repo_id == repo
    assert api.create_repo(repo, exist_ok=True).repo_id == repo
    assert refused(HfHubHTTPError, api.create_repo, repo).response.status_code == 409


def push():
    commit = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Add the model")
    assert len(commit.oid) == 40
    again = api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Nothing new")
    assert again.oid == commit.oid, "an unchanged folder makes no commit"


def pull():
    for file in api.list_repo_files(repo):
        hf_hub_download(repo, file, local_dir=folder, token=token)
    for leftover in sorted(folder.glob(".cache/**/*"), reverse=True):
        leftover.rmdir() if leftover.is_dir() else leftover.unlink()
    (folder / ".cache").rmdir()


def snapshot():
    there = Path(snapshot_download(repo, cache_dir=tempfile.mkdtemp(), token=token))
    for file in api.list_repo_files(repo):
        assert (there / file).read_bytes() == (folder / file).read_bytes(), file


def info():
    found = api.model_info(repo, files_metadata=True)
    assert "license:cc-by-4.0" in found.tags and found.library_name == "scvi-tools"
    model = next(s for s in found.siblings if s.rfilename == "model.pt")
    assert model.lfs.sha256 == hashlib.sha256((folder / "model.pt").read_bytes()).hexdigest()


def search():
    assert repo in {m.id for m in api.list_models(author=repo.split("/")[0])}
    assert repo in {m.id for m in api.list_models(filter="tissue:lung", limit=1000)}
    assert not list(api.list_models(filter="tissue:nowhere"))


def tree():
    entries = {e.path: e for e in api.list_repo_tree(repo, recursive=True, expand=True)}
    assert entries["README.md"].last_commit.title == "Add the model"
    assert {p.path for p in api.get_paths_info(repo, ["README.md", "nothing"])} == {"README.md"}


def byte_range():
    url = f"{endpoint}/{repo}/resolve/main/model.pt"
    from huggingface_hub.utils import get_session

    part = get_session().get(url, headers={"Range": "bytes=1000-1999", "Authorization": f"Bearer {token}"})
    assert part.status_code == 206 and part.content == (folder / "model.pt").read_bytes()[1000:2000]


def history():
    assert [c.title for c in api.list_repo_commits(repo)] == ["Add the model", "initial commit"]


def branches():
    api.create_branch(repo, branch="exp/a b")
    api.upload_file(repo_id=repo, path_or_fileobj=b"b", path_in_repo="b.txt", revision="exp/a b")
    assert api.file_exists(repo, "b.txt", revision="exp/a b") and not api.file_exists(repo, "b.txt")
    api.create_tag(repo, tag="v1")
    assert refused(HfHubHTTPError, api.create_tag, repo, tag="v1").response.status_code == 409
    refs = api.list_repo_refs(repo)
    assert {b.name for b in refs.branches} == {"main", "exp/a b"} and refs.tags[0].name == "v1"
    api.delete_branch(repo, branch="exp/a b")
    api.delete_tag(repo, tag="v1")


def refusals():
    refused(EntryNotFoundError, hf_hub_download, repo, "missing.pt", token=token)
    refused(RevisionNotFoundError, api.model_info, repo, revision="nope")
    refused(RepositoryNotFoundError, api.model_info, repo + "-nothing")
    stranger = HfApi(endpoint=endpoint, token="syn_wrong")
    refused(HfHubHTTPError, stranger.upload_file, repo_id=repo, path_or_fileobj=b"x", path_in_repo="x.txt")
    head = api.model_info(repo).sha
    api.upload_file(repo_id=repo, path_or_fileobj=b"one", path_in_repo="late.txt")
    late = refused(
        HfHubHTTPError,
        api.create_commit,
        repo_id=repo,
        operations=[CommitOperationAdd("late.txt", b"two")],
        commit_message="Late",
        parent_commit=head,
    )
    assert late.response.status_code == 412


def discuss():
    talk = api.create_discussion(repo, "Which batches?", description="I **wonder**.")
    said = api.comment_discussion(repo, talk.num, "Three.")
    assert api.edit_discussion_comment(repo, talk.num, said.id, "Three sites.").edited
    assert api.hide_discussion_comment(repo, talk.num, said.id).hidden
    assert api.rename_discussion(repo, talk.num, "Which sites?").new_title == "Which sites?"
    assert api.change_discussion_status(repo, talk.num, "closed").new_status == "closed"
    assert [one.num for one in api.get_repo_discussions(repo, discussion_status="closed")] == [talk.num]


def pull_request():
    change = [CommitOperationAdd("proposed.txt", b"proposed")]
    made = api.create_commit(repo, change, commit_message="Propose", create_pr=True)
    assert api.list_repo_refs(repo, include_pull_requests=True).pull_requests[0].ref == made.pr_revision
    assert not api.file_exists(repo, "proposed.txt")
    assert api.file_exists(repo, "proposed.txt", revision=made.pr_revision)
    assert "+proposed" in api.get_discussion_details(repo, made.pr_num).diff
    api.merge_pull_request(repo, made.pr_num)
    assert api.get_discussion_details(repo, made.pr_num).status == "merged"
    assert Path(hf_hub_download(repo, "proposed.txt", token=token)).read_bytes() == b"proposed"


def gate():
    api.update_repo_settings(repo, gated="manual")
    assert api.model_info(repo).gated == "manual"
    refused(GatedRepoError, hf_hub_download, repo, "late.txt", token=False, cache_dir=tempfile.mkdtemp())
    assert list(api.list_pending_access_requests(repo)) == []
    assert refused(HfHubHTTPError, api.accept_access_request, repo, "nobody-at-all").response.status_code == 404
    api.update_repo_settings(repo, gated=False)
    assert hf_hub_download(repo, "late.txt", token=False, cache_dir=tempfile.mkdtemp())


def webhooks():
    made = api.create_webhook(url="https://example.org/hook", watched=[{"type": "model", "name": repo}], secret="s")
    assert api.get_webhook(made.id) == made and made in api.list_webhooks()
    assert api.disable_webhook(made.id).disabled and not api.enable_webhook(made.id).disabled
    assert api.update_webhook(made.id, domains=["repo"], watched=made.watched).domains == ["repo"]
    api.delete_webhook(made.id)
    refused(HfHubHTTPError, api.get_webhook, made.id)


def people():
    me = api.whoami()["name"]
    assert api.get_user_overview(me).username == me
    assert list(api.list_user_followers(me)) == []


def delete():
    api.create_commit(
        repo_id=repo,
        operations=[CommitOperationDelete("small.txt"), CommitOperationDelete("notes/")],
        commit_message="Tidy",
    )
    assert not {"small.txt"} & set(api.list_repo_files(repo))
    api.move_repo(repo, repo + "-moved")
    assert api.model_info(repo).id == repo + "-moved"
    api.delete_repo(repo + "-moved")
    refused(RepositoryNotFoundError, api.model_info, repo + "-moved")


steps = {
    "push": {"identity": identity, "create": create, "push": push},
    "pull": {"pull": pull, "snapshot": snapshot},
    "more": {
        "info": info,
        "search": search,
        "tree": tree,
        "range": byte_range,
        "history": history,
        "branches": branches,
        "refusals": refusals,
        "discussions": discuss,
        "pull requests": pull_request,
        "gate": gate,
        "webhooks": webhooks,
        "people": people,
        "delete": delete,
    },
}
for name, step in steps[command].items():
    flow(name, step)
