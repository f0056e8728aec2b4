"""Looks at a published model as its users do: with unmodified Python libraries only.

usage: stock_clients.py ENDPOINT REPO FOLDER
Prints one JSON object; any disagreement raises.
"""

import hashlib
import json
import os
import sys

endpoint, repo, folder = sys.argv[1:4]
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HOME"] = os.path.join(folder, "hf-home")

import h5py  # noqa: E402
import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from huggingface_hub import HfApi, ModelCard, hf_hub_download, snapshot_download  # noqa: E402

api = HfApi(endpoint=endpoint)
info = api.model_info(repo, files_metadata=True)
assert any(found.id == repo for found in api.list_models(search=repo.split("/")[1]))
path = snapshot_download(repo, endpoint=endpoint, cache_dir=os.path.join(folder, "cache"))

files = {}
for sibling in info.siblings:
    with open(os.path.join(path, sibling.rfilename), "rb") as stream:
        content = stream.read()
    assert len(content) == sibling.size, sibling.rfilename
    if sibling.lfs:
        assert hashlib.sha256(content).hexdigest() == sibling.lfs["sha256"], sibling.rfilename
    files[sibling.rfilename] = len(content)
assert hf_hub_download(repo, "model.onnx", endpoint=endpoint, cache_dir=os.path.join(folder, "cache2"))

# The card as the library reads it.
card = ModelCard(open(os.path.join(path, "README.md"), encoding="utf-8").read())

# Weights: the archive without executing anything, and its safetensors twin.
saved = torch.load(os.path.join(path, "model.pt"), map_location="cpu", weights_only=False)
state = saved["model_state_dict"]
with open(os.path.join(path, "model.safetensors"), "rb") as stream:
    raw = stream.read()
header_length = int.from_bytes(raw[:8], "little")
header = json.loads(raw[8 : 8 + header_length])
twins = 0
for name, tensor in state.items():
    if not hasattr(tensor, "numpy"):
        continue
    entry = header[name]
    begin, end = entry["data_offsets"]
    dtype = {"F32": np.float32, "I64": np.int64}[entry["dtype"]]
    twin = np.frombuffer(raw[8 + header_length + begin : 8 + header_length + end], dtype)
    assert np.array_equal(twin, tensor.numpy().ravel()), name
    twins += 1

# The minified reference, and the exported graph on made-up counts.
with h5py.File(os.path.join(path, "adata.h5ad"), "r") as reference:
    latent = reference["obsm/scvi_latent_qzm"][:]
    assert np.isfinite(latent).all()
    stored = reference["X"]["data"].shape[0]
    assert stored == 0, "a minified file must not hold counts"
session = onnxruntime.InferenceSession(os.path.join(path, "model.onnx"))
rng = np.random.default_rng(0)
feeds = {}
for entry in session.get_inputs():
    if entry.type == "tensor(float)":
        feeds[entry.name] = rng.poisson(0.5, (4, len(saved["var_names"]))).astype(np.float32)
    else:
        width = [side if isinstance(side, int) else 4 for side in entry.shape]
        feeds[entry.name] = np.zeros(width, np.int64)
mapped = session.run(None, feeds)[0]
assert mapped.shape == (4, latent.shape[1]), mapped.shape

print(
    json.dumps(
        {
            "sha": info.sha,
            "files": files,
            "genes": len(saved["var_names"]),
            "cells": int(latent.shape[0]),
            "twins": twins,
            "tags": card.data.tags,
            "license": card.data.license,
        }
    )
)
