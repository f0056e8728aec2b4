"""Gated and private models, organisations and roles with the stock client: endpoint, administrator's token, owner's, asker's."""

import os
import sys
import tempfile

endpoint, admin_token, owner_token, asker_token = sys.argv[1:5]
os.environ.update(HF_ENDPOINT=endpoint, HF_HOME=tempfile.mkdtemp(), HF_HUB_DISABLE_PROGRESS_BARS="1")

from huggingface_hub import HfApi, ModelCard, hf_hub_download
from huggingface_hub.errors import DisabledRepoError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError
from huggingface_hub.utils import get_session

admin = HfApi(endpoint=endpoint, token=admin_token)
owner = HfApi(endpoint=endpoint, token=owner_token)
asker = HfApi(endpoint=endpoint, token=asker_token)
nobody = HfApi(endpoint=endpoint, token=False)
me, other = owner.whoami()["name"], asker.whoami()["name"]
repo = me + "/guarded"


def refused(status, call, kind=HfHubHTTPError):
    try:
        call()
    except kind as error:
        assert error.response.status_code == status, (status, error)
        return error
    raise AssertionError("was not refused")


def ours(token, method, path, body=None, status=200):
    reply = get_session().request(
        method, endpoint + path, json=body, headers={"Authorization": "Bearer " + token}
    )
    assert reply.status_code == status, (reply.status_code, reply.text)
    return reply.json() if reply.content else None


# the life of a gated model.
owner.create_repo(repo)
card = b"---\nlicense: mit\nextra_gated_prompt: Be careful.\n---\n# Guarded\n"
owner.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo)
owner.upload_file(path_or_fileobj=b"weights" * 1000, path_in_repo="model.pt", repo_id=repo)
refused(400, lambda: list(owner.list_pending_access_requests(repo)))
owner.update_repo_settings(repo, gated="manual")
assert owner.model_info(repo).gated == "manual"
assert asker.model_info(repo).gated == "manual" and nobody.model_info(repo).sha
assert ModelCard.load(repo, token=asker_token).data.license == "mit"
get = lambda token: hf_hub_download(repo, "model.pt", endpoint=endpoint, token=token, cache_dir=tempfile.mkdtemp())
error = refused(403, lambda: get(asker_token), GatedRepoError)
assert error.response.headers["X-Error-Code"] == "GatedRepo" and "not in the authorized list" in str(error)
refused(401, lambda: get(False), GatedRepoError)
assert open(get(owner_token), "rb").read() == b"weights" * 1000
refused(403, lambda: asker.create_discussion(repo, "Let me in"), GatedRepoError)
assert [file.path for file in asker.list_repo_tree(repo)] == [".gitattributes", "README.md", "model.pt"]

assert ours(asker_token, "POST", f"/{repo}/ask-access", {"affiliation": "A lab"}) == {"status": "pending"}
refused(403, lambda: get(asker_token), GatedRepoError)
refused(403, lambda: list(asker.list_pending_access_requests(repo)))
refused(403, lambda: asker.accept_access_request(repo, other))
(pending,) = owner.list_pending_access_requests(repo)
assert (pending.username, pending.status, pending.fields) == (other, "pending", {"affiliation": "A lab"})
refused(404, lambda: owner.cancel_access_request(repo, other))
refused(404, lambda: owner.accept_access_request(repo, "no-such-user"))
owner.accept_access_request(repo, other)
assert open(get(asker_token), "rb").read() == b"weights" * 1000
assert [one.username for one in owner.list_accepted_access_requests(repo)] == [other]
refused(404, lambda: owner.accept_access_request(repo, other))
refused(400, lambda: owner.grant_access(repo, other))
owner.reject_access_request(repo, other, rejection_reason="The study has ended.")
refused(403, lambda: get(asker_token), GatedRepoError)
assert ours(asker_token, "POST", f"/{repo}/ask-access", {}) == {"status": "rejected"}
assert [one.status for one in owner.list_rejected_access_requests(repo)] == ["rejected"]
owner.cancel_access_request(repo, other)
assert [one.username for one in owner.list_pending_access_requests(repo)] == [other]
owner.grant_access(repo, other)
assert get(asker_token)
owner.update_repo_settings(repo, gated="auto")
third = ours(admin_token, "POST", "/api/v1/users", {"name": "third-" + me})["name"]
third_token = ours(admin_token, "POST", f"/api/v1/users/{third}/tokens", {"role": "READ"})["token"]
refused(403, lambda: get(third_token), GatedRepoError)
assert ours(third_token, "POST", f"/{repo}/ask-access", {}) == {"status": "accepted"}
assert get(third_token)
owner.update_repo_settings(repo, gated=False)
assert get(False) and owner.model_info(repo).gated is False

# Section 6: closed by an administrator.
ours(owner_token, "PUT", f"/api/v1/models/{repo}/disabled", {"disabled": True}, status=403)
ours(admin_token, "PUT", f"/api/v1/models/{repo}/disabled", {"disabled": True}, status=204)
error = refused(403, lambda: owner.model_info(repo), DisabledRepoError)
assert error.response.headers["X-Error-Message"] == "Access to this resource is disabled."
assert "X-Error-Code" not in error.response.headers
assert get_session().head(f"{endpoint}/{repo}/resolve/main/model.pt").status_code == 403
ours(admin_token, "PUT", f"/api/v1/models/{repo}/disabled", {"disabled": False}, status=204)
assert get(False)

# what is private is not there for others.
owner.update_repo_settings(repo, private=True)
refused(404, lambda: asker.model_info(repo), RepositoryNotFoundError)
refused(401, lambda: nobody.model_info(repo), RepositoryNotFoundError)
refused(404, lambda: get(asker_token), RepositoryNotFoundError)
assert repo not in [model.id for model in asker.list_models(author=me)]
assert repo in [model.id for model in owner.list_models(author=me)]
owner.update_repo_settings(repo, visibility="public")

# Organisations and roles.
lab = "lab-" + me
ours(owner_token, "POST", "/api/v1/organizations", {"name": lab, "fullname": "The Lab"})
ours(asker_token, "POST", "/api/v1/organizations", {"name": lab}, status=409)
(mine,) = [org for org in owner.whoami()["orgs"] if org["name"] == lab]
assert (mine["type"], mine["fullname"], mine["roleInOrg"]) == ("org", "The Lab", "admin")
shared = lab + "/shared"
owner.create_repo(shared, private=True)
refused(404, lambda: asker.model_info(shared), RepositoryNotFoundError)
member = f"/api/v1/organizations/{lab}/members/{other}"
ours(asker_token, "PUT", member, {"role": "admin"}, status=403)
ours(owner_token, "PUT", member, {"role": "read"}, status=204)
assert asker.model_info(shared).private
upload = lambda: asker.upload_file(path_or_fileobj=os.urandom(10), path_in_repo="a", repo_id=shared)
refused(403, upload)
refused(403, lambda: asker.create_repo(lab + "/more"))
refused(403, lambda: asker.update_repo_settings(shared, private=False))
ours(owner_token, "PUT", member, {"role": "write"}, status=204)
upload()
asker.create_repo(lab + "/more")
ours(asker_token, "DELETE", f"/api/v1/organizations/{lab}/members/{me}", status=403)
ours(owner_token, "DELETE", f"/api/v1/organizations/{lab}/members/{me}", status=400)
overview = nobody.get_organization_overview(lab)
assert (overview.name, overview.fullname, overview.num_users, overview.num_models) == (lab, "The Lab", 2, 1)
assert {user.username for user in nobody.list_organization_members(lab)} == {me, other}
assert list(nobody.list_organization_followers(lab)) == []
user = nobody.get_user_overview(other)
assert user.username == other and [org.name for org in user.orgs] == [lab] and user.num_models == 0
assert list(nobody.list_user_followers(other)) == list(nobody.list_user_following(other)) == []
refused(404, lambda: nobody.get_user_overview("no-such-user"))
refused(404, lambda: nobody.get_organization_overview("no-such-lab"))
ours(owner_token, "DELETE", member, status=204)
refused(404, lambda: asker.model_info(shared), RepositoryNotFoundError)

# Fine-grained tokens: for one model, and no further.
issued = ours(owner_token, "POST", f"/api/v1/users/{me}/tokens", {"label": "one", "role": "WRITE", "places": [shared]})
narrow = HfApi(endpoint=endpoint, token=issued["token"])
access = narrow.whoami()["auth"]["accessToken"]
assert access["role"] == "fineGrained" and access["fineGrained"]["scoped"][0]["entity"]["name"] == shared
narrow.upload_file(path_or_fileobj=b"b", path_in_repo="b", repo_id=shared)
refused(403, lambda: narrow.upload_file(path_or_fileobj=b"b", path_in_repo="b", repo_id=repo))
refused(403, lambda: narrow.create_repo(me + "/another"))
refused(403, lambda: narrow.create_discussion(repo, "Not from here"))
owner.create_repo(me + "/secret", private=True)
refused(404, lambda: narrow.model_info(me + "/secret"), RepositoryNotFoundError)
assert {model.id for model in narrow.list_models(author=me)} == {repo}
assert shared in {model.id for model in narrow.list_models(author=lab)}
ours(issued["token"], "POST", f"/api/v1/users/{me}/tokens", {"label": "wide", "role": "WRITE"}, status=403)
(view,) = [one for one in ours(owner_token, "GET", f"/api/v1/users/{me}/tokens") if one["label"] == "one"]
assert view["lastUsedAt"] and view["places"] == [shared]
ours(owner_token, "DELETE", f"/api/v1/users/{me}/tokens/{view['id']}", status=204)
error = refused(401, narrow.whoami)
assert "Invalid credentials in Authorization header" in str(error.response.headers["X-Error-Message"])
print("DONE")
