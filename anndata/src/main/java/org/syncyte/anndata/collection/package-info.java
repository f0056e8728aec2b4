/// Several data sets as one, stacked along the cells, without copying their counts.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata.collection;
