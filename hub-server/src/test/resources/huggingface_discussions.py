"""Discussions and pull requests with the stock client: endpoint, administrator's token, owner's, stranger's."""

import os
import sys
import tempfile

endpoint, owner_token, stranger_token = sys.argv[1:4]
os.environ["HF_ENDPOINT"] = endpoint
os.environ["HF_HOME"] = tempfile.mkdtemp()

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, RepositoryNotFoundError

owner = HfApi(endpoint=endpoint, token=owner_token)
stranger = HfApi(endpoint=endpoint, token=stranger_token)
me, other = owner.whoami()["name"], stranger.whoami()["name"]
repo = me + "/talked-about"
owner.create_repo(repo)
owner.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n# One\n\nfirst line\n", path_in_repo="README.md", repo_id=repo)


def refused(status, call):
    try:
        call()
    except HfHubHTTPError as error:
        assert error.response.status_code == status, (status, error)
        return error
    raise AssertionError("was not refused")


# A discussion, from its beginning to its end.
talk = stranger.create_discussion(repo, "  What are the batches?  ", description="I **wonder** <script>alert(1)</script>")
assert (talk.num, talk.title, talk.status, talk.is_pull_request) == (1, "What are the batches?", "open", False)
assert talk.author == other and talk.url == f"{endpoint}/{repo}/discussions/1" and talk.git_reference is None
assert talk.conflicting_files is None and talk.diff is None and talk.target_branch is None
assert talk.events[0].content.startswith("I **wonder**")
assert "<strong>wonder</strong>" in talk.events[0].rendered and "script" not in talk.events[0].rendered
said = owner.comment_discussion(repo, 1, "The *three* chemistries.")
assert said.type == "comment" and said.author == me and not said.edited and not said.hidden
edited = owner.edit_discussion_comment(repo, 1, said.id, "The three sites.")
assert edited.edited and edited.content == "The three sites." and edited.number_of_edits == 1
assert edited.last_edited_by == me and edited.last_edited_at >= edited.created_at
refused(403, lambda: stranger.edit_discussion_comment(repo, 1, said.id, "No."))
refused(403, lambda: stranger.hide_discussion_comment(repo, 1, said.id))
hidden = owner.hide_discussion_comment(repo, 1, said.id)
assert hidden.hidden and hidden.content == "" and hidden.edit_history == []
renamed = stranger.rename_discussion(repo, 1, "Which batches?")
assert (renamed.old_title, renamed.new_title) == ("What are the batches?", "Which batches?")
closed = owner.change_discussion_status(repo, 1, "closed", comment="Answered.")
assert closed.new_status == "closed"
details = stranger.get_discussion_details(repo, 1)
assert [event.type for event in details.events] == ["comment", "comment", "title-change", "comment", "status-change"]
assert owner.change_discussion_status(repo, 1, "open").new_status == "open"
refused(400, lambda: stranger.create_discussion(repo, "ab"))
refused(400, lambda: stranger.comment_discussion(repo, 1, "x" * 70_000))
refused(400, lambda: stranger.merge_pull_request(repo, 1))
refused(404, lambda: owner.get_discussion_details(repo, 99))
refused(401, lambda: HfApi(endpoint=endpoint, token=False).comment_discussion(repo, 1, "Hello."))

# A pull request made at once by somebody who may not write, merged by somebody who may.
large = os.urandom(200_000)
info = stranger.create_commit(
    repo,
    [
        CommitOperationAdd("README.md", b"---\nlicense: mit\n---\n# One\n\nfirst line\nsecond line\n"),
        CommitOperationAdd("model.pt", large),
    ],
    commit_message="Say more",
    commit_description="Two lines are better.",
    create_pr=True,
)
assert info.pr_num == 2 and info.pr_revision == "refs/pr/2" and info.pr_url == f"{endpoint}/{repo}/discussions/2"
pull = owner.get_discussion_details(repo, 2)
assert pull.is_pull_request and pull.status == "open" and pull.git_reference == "refs/pr/2"
assert pull.target_branch == "refs/heads/main" and pull.conflicting_files == [] and pull.merge_commit_oid is None
assert [event.type for event in pull.events] == ["comment", "commit"]
assert pull.events[1].oid == info.oid and pull.events[1].summary == "Say more"
assert "+second line" in pull.diff and "+oid sha256:" in pull.diff and "-first line" not in pull.diff
refs = owner.list_repo_refs(repo, include_pull_requests=True)
assert [(ref.name, ref.ref, ref.target_commit) for ref in refs.pull_requests] == [("2", "refs/pr/2", info.oid)]
assert owner.list_repo_refs(repo).pull_requests is None
with open(hf_hub_download(repo, "model.pt", revision="refs/pr/2", endpoint=endpoint), "rb") as file:
    assert file.read() == large
assert not owner.file_exists(repo, "model.pt") and owner.file_exists(repo, "model.pt", revision="refs/pr/2")
more = stranger.upload_file(path_or_fileobj=b"more", path_in_repo="notes.txt", repo_id=repo, revision="refs/pr/2")
assert owner.list_repo_commits(repo, revision="refs/pr/2")[0].commit_id == more.oid
refused(403, lambda: stranger.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id=repo))
refused(403, lambda: stranger.merge_pull_request(repo, 2))
owner.merge_pull_request(repo, 2, comment="Thank you.")
merged = owner.get_discussion_details(repo, 2)
assert merged.status == "merged" and merged.merge_commit_oid == owner.model_info(repo).sha
assert owner.list_repo_commits(repo)[0].title == "Say more (#2)"
assert set(owner.list_repo_files(repo)) == {".gitattributes", "README.md", "model.pt", "notes.txt"}
refused(400, lambda: owner.merge_pull_request(repo, 2))
refused(403, lambda: stranger.upload_file(path_or_fileobj=b"y", path_in_repo="y", repo_id=repo, revision="refs/pr/2"))

# A draft, filled by commits, in conflict with main until it agrees.
draft = owner.create_pull_request(repo, "Rewrite the notes")
assert draft.status == "draft" and draft.num == 3 and draft.git_reference == "refs/pr/3"
owner.upload_file(path_or_fileobj=b"theirs", path_in_repo="notes.txt", repo_id=repo, revision="refs/pr/3")
refused(400, lambda: owner.merge_pull_request(repo, 3))
owner.change_discussion_status(repo, 3, "open")
owner.upload_file(path_or_fileobj=b"ours", path_in_repo="notes.txt", repo_id=repo)
owner.upload_file(path_or_fileobj=b"elsewhere", path_in_repo="else.txt", repo_id=repo)
assert owner.get_discussion_details(repo, 3).conflicting_files == ["notes.txt"]
assert "notes.txt" in str(refused(409, lambda: owner.merge_pull_request(repo, 3)))
assert owner.get_discussion_details(repo, 3).status == "open"
owner.create_commit(
    repo,
    [CommitOperationAdd("notes.txt", b"ours"), CommitOperationDelete("README.md")],
    commit_message="Agree",
    revision="refs/pr/3",
)
assert owner.get_discussion_details(repo, 3).conflicting_files == []
owner.merge_pull_request(repo, 3)
assert set(owner.list_repo_files(repo)) == {".gitattributes", "model.pt", "notes.txt", "else.txt"}

# A pull request from a folder, in the client's own way of sending one, here without chunks.
with tempfile.TemporaryDirectory() as folder:
    for name in ("a.txt", "b.txt", "c.bin"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(name.encode() * 50_000)
    sent = stranger.upload_folder(repo_id=repo, folder_path=folder, create_pr=True, commit_message="Bring a folder")
number = int(str(sent.pr_url).rsplit("/", 1)[1])
assert {"a.txt", "b.txt", "c.bin"} <= set(owner.list_repo_files(repo, revision=f"refs/pr/{number}"))

# Lists.
everything = list(owner.get_repo_discussions(repo))
assert [one.num for one in everything] == [4, 3, 2, 1]
assert [one.num for one in owner.get_repo_discussions(repo, discussion_type="pull_request")] == [4, 3, 2]
assert [one.num for one in owner.get_repo_discussions(repo, discussion_status="closed")] == [3, 2]
assert [one.num for one in owner.get_repo_discussions(repo, discussion_type="discussion", discussion_status="open")] == [1]
assert [one.num for one in owner.get_repo_discussions(repo, author=me)] == [3]
for index in range(60):
    owner.create_discussion(repo, f"Number {index}")
assert [one.num for one in stranger.get_repo_discussions(repo)] == list(range(64, 0, -1))

# What is private is not talked about.
owner.create_repo(me + "/unsaid", private=True)
try:
    stranger.create_discussion(me + "/unsaid", "Anybody here?")
    raise AssertionError("was not refused")
except RepositoryNotFoundError:
    pass
print("DONE")
