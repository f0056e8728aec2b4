package org.syncyte.anndata.bench;

/// What one timed run gave.
///
/// @param cells cells read
/// @param wall seconds that passed
/// @param cpu seconds of processor time of the whole process
record Rate(long cells, double wall, double cpu) {
  double perSecond() {
    return cells / wall;
  }

  double perCpuSecond() {
    return cells / cpu;
  }

  /// Processors that were at work on average.
  double busy() {
    return cpu / wall;
  }
}
