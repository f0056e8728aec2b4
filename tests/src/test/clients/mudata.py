"""mudata.py H5AD H5MU UNPAIRED: the same cells as AnnData with proteins in obsm, as MuData whose
proteins stand in another order, and as MuData in which a cell lacks its proteins."""

import sys

import h5py
import numpy as np

CELLS, GENES, PROTEINS = 120, 40, 6
TEXT = h5py.string_dtype()


def mark(node, kind, version):
    node.attrs["encoding-type"] = kind
    node.attrs["encoding-version"] = version
    return node


def texts(parent, name, values):
    mark(parent.create_dataset(name, data=list(values), dtype=TEXT), "string-array", "0.2.0")


def frame(parent, name, index, columns):
    group = mark(parent.create_group(name), "dataframe", "0.2.0")
    group.attrs["_index"] = "_index"
    order = np.array(list(columns), dtype=TEXT) if columns else np.zeros(0)
    group.attrs["column-order"] = order
    texts(group, "_index", index)
    for column, values in columns.items():
        if isinstance(values, list):
            texts(group, column, values)
        else:
            mark(group.create_dataset(column, data=values), "array", "0.2.0")


def csr(parent, name, dense):
    group = mark(parent.create_group(name), "csr_matrix", "0.1.0")
    group.attrs["shape"] = np.array(dense.shape)
    rows, columns = np.nonzero(dense)
    group.create_dataset("data", data=dense[rows, columns].astype("f4"))
    group.create_dataset("indices", data=columns.astype("i4"))
    indptr = np.concatenate([[0], np.cumsum((dense != 0).sum(1))])
    group.create_dataset("indptr", data=indptr.astype("i4"))


def empty(parent, *names):
    for name in names:
        mark(parent.create_group(name), "dict", "0.1.0")


def tree(parent, counts, obs, columns, var, sparse):
    mark(parent, "anndata", "0.1.0")
    if sparse:
        csr(parent, "X", counts)
    else:
        mark(parent.create_dataset("X", data=counts.astype("f4")), "array", "0.2.0")
    frame(parent, "obs", obs, columns)
    frame(parent, "var", var, {})


def mudata(path, rna, proteins, names, order, site):
    with h5py.File(path, "w", userblock_size=512) as file:
        mark(file, "MuData", "0.1.0")
        file.attrs["axis"] = 0
        mod = file.create_group("mod")
        mod.attrs["mod-order"] = np.array(["rna", "prot"], dtype=TEXT)
        tree(mod.create_group("rna"), rna, names, {}, genes, True)
        own = [names[i] for i in order]
        tree(mod.create_group("prot"), proteins[order], own, {}, antibodies, False)
        # The whole lists cells in a third order, and holds their site.
        frame(file, "obs", names[::-1], {"site": site[::-1]})
        frame(file, "var", genes + antibodies, {})
        places = {"rna": range(len(names)), "prot": order}
        group = file.create_group("obsmap")
        for modality, rows in places.items():
            where = np.zeros(len(names), "u4")
            for row, cell in enumerate(rows):
                where[len(names) - 1 - cell] = row + 1
            group.create_dataset(modality, data=where)
        empty(file, "obsm", "varm", "obsp", "varp", "uns", "varmap")
    with open(path, "r+b") as file:
        file.write(b"MuData (format-version=0.1.0;creator=test;creator-version=1)")


random = np.random.default_rng(11)
rna = random.poisson(1.5, (CELLS, GENES))
proteins = random.poisson(20, (CELLS, PROTEINS))
names = [f"cell-{i}" for i in range(CELLS)]
genes = [f"gene-{i}" for i in range(GENES)]
antibodies = [f"CD{i}" for i in range(PROTEINS)]
site = [f"site-{i % 2}" for i in range(CELLS)]

with h5py.File(sys.argv[1], "w") as file:
    tree(file, rna, names, {"site": site}, genes, True)
    obsm = mark(file.create_group("obsm"), "dict", "0.1.0")
    frame(obsm, "protein_expression", names, dict(zip(antibodies, proteins.T.astype("f4"))))
    empty(file, "layers", "varm", "obsp", "varp", "uns")

shuffled = random.permutation(CELLS)
mudata(sys.argv[2], rna, proteins, names, shuffled, site)
mudata(sys.argv[3], rna, proteins, names, shuffled[:-1], site)
