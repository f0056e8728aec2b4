package org.syncyte.worker.hub;

/// Hears how far a transfer is; called from the transferring thread.
@FunctionalInterface
public interface Progress {
  Progress SILENT = (_, _, _) -> {};

  /// @param file name of the file
  /// @param done bytes transferred so far
  /// @param total bytes in all
  void moved(String file, long done, long total);
}
