/// From files to minibatches: splits, samplers and a prefetching loader.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata.loader;
