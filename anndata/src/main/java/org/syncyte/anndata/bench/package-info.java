/// Measures how fast cells come out of a file, against the throughput goals.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata.bench;
