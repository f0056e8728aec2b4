"""For sites without the internet: keeps huggingface_hub and scvi-tools at the hub in HF_ENDPOINT.

    import schub
    schub.install()    # before scvi.hub is imported

It mends three things of the libraries, each only where it is broken:

* Cards are checked by an address that is written into huggingface_hub; now by the hub itself.
* scvi-tools 1.3 imports HfFolder, which huggingface_hub 1.0 left out.
* scvi-tools 1.2.1 to 1.4.2 push the card alone when they are asked to push the data as well.
"""

import huggingface_hub
from huggingface_hub import constants, repocard
from huggingface_hub.utils import get_session


def _validate(card, repo_type=None):
    """Raises ValueError with what the hub finds wrong in the card's front matter."""
    kind = repo_type or getattr(card, "repo_type", None) or "model"
    reply = get_session().post(
        f"{constants.ENDPOINT}/api/validate-yaml",
        json={"repoType": kind, "content": str(card)},
        headers={"Accept": "application/json"},
    )
    if reply.status_code == 400:
        raise ValueError("\n".join(error["message"] for error in reply.json()["errors"]))
    reply.raise_for_status()


class _Folder:
    """The one call of HfFolder that scvi-tools makes."""

    @staticmethod
    def get_token():
        return huggingface_hub.get_token()


def _whole_push(push):
    """A push after which the model's files are there, whatever the library left out."""

    def pushing(model, repo_name, *args, **kwargs):
        push(model, repo_name, *args, **kwargs)
        token = kwargs.get("repo_token", args[0] if args else None)
        api = huggingface_hub.HfApi(token=token)
        if not api.file_exists(repo_name, "model.pt"):
            api.upload_folder(repo_id=repo_name, folder_path=model._local_dir)

    pushing.__doc__ = push.__doc__
    pushing.whole = True
    return pushing


def install():
    """Mends the libraries of this process; calling it again does nothing more."""
    repocard.RepoCard.validate = _validate
    if not hasattr(huggingface_hub, "HfFolder"):
        huggingface_hub.HfFolder = _Folder
    try:
        from scvi.hub import HubModel
    except ImportError:
        return
    if not hasattr(HubModel.push_to_huggingface_hub, "whole"):
        HubModel.push_to_huggingface_hub = _whole_push(HubModel.push_to_huggingface_hub)
