"""Webhooks with the stock client: endpoint, owner's token, stranger's."""

import json
import os
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

endpoint, owner_token, stranger_token = sys.argv[1:4]
os.environ.update(HF_ENDPOINT=endpoint, HF_HOME=tempfile.mkdtemp(), HF_HUB_DISABLE_PROGRESS_BARS="1")

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import get_session

owner = HfApi(endpoint=endpoint, token=owner_token)
stranger = HfApi(endpoint=endpoint, token=stranger_token)
me = owner.whoami()["name"]

received, answers = [], []


class Ear(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        received.append((self.path, self.headers.get("X-Webhook-Secret"), self.headers["Content-Type"], body))
        self.send_response(answers.pop(0) if answers else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


ear = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
threading.Thread(target=ear.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{ear.server_port}/hook?x=1"


def wait(condition, what):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: {received}")


def refused(status, call):
    try:
        call()
    except HfHubHTTPError as error:
        assert error.response.status_code == status, (status, error)
        return error
    raise AssertionError("was not refused")


def ours(method, path, status=200):
    reply = get_session().request(method, endpoint + path, headers={"Authorization": "Bearer " + owner_token})
    assert reply.status_code == status, (reply.status_code, reply.text)
    return reply.json()


# make, read, change, stop, start, remove.
hook = owner.create_webhook(
    url=address, watched=[{"type": "user", "name": me}], domains=["repo", "discussions"], secret="s3cret"
)
assert (hook.url, hook.domains, hook.secret, hook.disabled) == (address, ["repo", "discussions"], "s3cret", False)
assert [(item.type, item.name) for item in hook.watched] == [("user", me)]
assert owner.get_webhook(hook.id) == hook and owner.list_webhooks() == [hook]
refused(404, lambda: stranger.get_webhook(hook.id))
refused(404, lambda: stranger.delete_webhook(hook.id))
assert stranger.list_webhooks() == []
refused(400, lambda: owner.create_webhook(url="ftp://example.org/", watched=[{"type": "user", "name": me}]))
refused(400, lambda: owner.create_webhook(url="http://user:pw@example.org/", watched=[{"type": "user", "name": me}]))
refused(400, lambda: owner.create_webhook(url="https://example.org/", watched=[]))
refused(400, lambda: owner.create_webhook(url="https://example.org/", watched=[{"type": "user", "name": me}], secret="a\r\nb: c"))

repo = me + "/told"
owner.create_repo(repo)
wait(lambda: received, "create")
path, secret, kind, body = received.pop(0)
assert (path, secret, kind) == ("/hook?x=1", "s3cret", "application/json")
assert body["event"] == {"action": "create", "scope": "repo"} and body["webhook"] == {"id": hook.id, "version": 3}
assert body["repo"]["name"] == repo and body["repo"]["type"] == "model" and body["repo"]["private"] is False
assert body["repo"]["url"] == {"web": f"{endpoint}/{repo}", "api": f"{endpoint}/api/models/{repo}"}
assert len(body["repo"]["owner"]["id"]) == 24 and body["repo"]["headSha"] == owner.model_info(repo).sha

before = owner.model_info(repo).sha
answers.extend([500, 503])
commit = owner.upload_file(path_or_fileobj=b"# Hello\n", path_in_repo="README.md", repo_id=repo)
wait(lambda: len(received) >= 3, "a commit, tried until it arrives")
assert all(message[3]["updatedRefs"] == [{"ref": "refs/heads/main", "oldSha": before, "newSha": commit.oid}] for message in received)
assert received[0][3]["event"] == {"action": "update", "scope": "repo.content"}
wait(lambda: ours("GET", f"/api/settings/webhooks/{hook.id}/deliveries")[0]["status"] == "sent", "log")
last = ours("GET", f"/api/settings/webhooks/{hook.id}/deliveries")[0]
assert (last["attempts"], last["outcome"], last["event"]) == (3, "answered 200", "update repo.content")
received.clear()
ours("POST", f"/api/settings/webhooks/{hook.id}/replay/{last['id']}")
wait(lambda: received, "replay")
assert received.pop()[3]["updatedRefs"][0]["newSha"] == commit.oid

answers.append(410)
stranger.create_discussion(repo, "Is this loud?", description="Very.")
wait(lambda: received, "discussion")
body = received.pop(0)[3]
assert body["event"] == {"action": "create", "scope": "discussion"}
talk = body["discussion"]
assert (talk["num"], talk["title"], talk["status"], talk["isPullRequest"]) == (1, "Is this loud?", "open", False)
assert talk["url"]["web"] == f"{endpoint}/{repo}/discussions/1" and len(talk["author"]["id"]) == 24
wait(lambda: ours("GET", f"/api/settings/webhooks/{hook.id}/deliveries")[0]["status"] == "failed", "final refusal")
stranger.comment_discussion(repo, 1, "It **is**.")
wait(lambda: received, "comment")
body = received.pop(0)[3]
assert body["event"]["scope"] == "discussion.comment" and body["comment"]["content"] == "It **is**."
assert body["comment"]["hidden"] is False and body["comment"]["url"]["web"].startswith(f"{endpoint}/{repo}/discussions/1#")

owner.create_commit(repo, [CommitOperationAdd("a", b"a")], commit_message="Propose", create_pr=True)
wait(lambda: len(received) >= 3, "pull request")
kinds = sorted((one[3]["event"]["scope"], one[3].get("updatedRefs", [{"ref": ""}])[0]["ref"]) for one in received)
assert kinds == [("discussion", ""), ("repo.content", "refs/pr/2"), ("repo.content", "refs/pr/2")], kinds
pull = next(one[3]["discussion"] for one in received if one[3]["event"]["scope"] == "discussion")
assert pull["isPullRequest"] and pull["changes"]["base"] == "refs/heads/main"
received.clear()
owner.update_repo_settings(repo, gated="auto")
wait(lambda: received, "settings")
assert received.pop()[3]["event"] == {"action": "update", "scope": "repo.config"}
owner.move_repo(repo, me + "/told-again")
wait(lambda: received, "move")
body = received.pop()[3]
assert body["event"] == {"action": "move", "scope": "repo"} and body["movedTo"]["name"] == me + "/told-again"

assert owner.disable_webhook(hook.id).disabled
owner.upload_file(path_or_fileobj=b"unheard", path_in_repo="b", repo_id=me + "/told-again")
assert not owner.enable_webhook(hook.id).disabled
changed = owner.update_webhook(hook.id, domains=["repo"], watched=[{"type": "model", "name": me + "/told-again"}])
assert changed.domains == ["repo"] and changed.secret == "s3cret" and changed.url == address
owner.create_repo(me + "/unwatched")
owner.create_discussion(me + "/told-again", "Unheard too")
owner.delete_repo(me + "/told-again")
wait(lambda: received, "delete")
assert [one[3]["event"] for one in received] == [{"action": "delete", "scope": "repo"}], received
received.clear()

# A stranger's webhook does not hear of what the stranger may not read.
stranger.create_webhook(url=address, watched=[{"type": "user", "name": me}], secret="other")
owner.create_repo(me + "/quiet", private=True)
owner.upload_file(path_or_fileobj=b"hush", path_in_repo="a", repo_id=me + "/quiet")
owner.create_repo(me + "/loud")
wait(lambda: received, "public")
time.sleep(0.5)
assert {one[3]["repo"]["name"] for one in received} == {me + "/loud"}
owner.delete_webhook(hook.id)
refused(404, lambda: owner.get_webhook(hook.id))
print("DONE")
