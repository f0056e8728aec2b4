package org.syncyte.anndata.bench;

/// Reads cells `from .. from+count` and returns the sum of their counts, so that nothing is left
/// undone.
interface Reader extends AutoCloseable {
  double read(int from, int count);

  @Override
  void close();
}
