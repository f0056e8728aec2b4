"""Opens a minified file with the AnnData release of the operating system.

usage: stock_anndata.py FILE
Prints one JSON object.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import anndata  # noqa: E402
import numpy as np  # noqa: E402

cells = anndata.read_h5ad(sys.argv[1])
latent = cells.obsm["scvi_latent_qzm"]
assert latent.shape[0] == cells.n_obs and np.isfinite(latent).all()
print(
    json.dumps(
        {
            "anndata": anndata.__version__,
            "cells": cells.n_obs,
            "genes": cells.n_vars,
            "stored": int(cells.X.nnz),
            "obs": list(cells.obs.columns),
            "uns": sorted(cells.uns),
        }
    )
)
