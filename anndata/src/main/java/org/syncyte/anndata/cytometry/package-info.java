/// Preparation of cytometry data: transforms, scales, panels with different markers.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata.cytometry;
