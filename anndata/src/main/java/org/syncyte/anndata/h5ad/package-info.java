/// AnnData files in HDF5: reading with jHDF and a parallel chunk path, writing with the HDF Group's
/// library.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata.h5ad;
