package org.syncyte.anndata.h5ad;

import java.nio.file.Path;
import org.syncyte.anndata.AnnData;

/// AnnData files in HDF5.
///
/// Reading knows today's layout and that of anndata 0.7; every size that a file announces is held
/// against the bytes it has, so a damaged or hostile file gives an `H5adException`, not a wrong
/// number and not a huge allocation. Writing gives what anndata 0.8 and later read, and replaces
/// the file as a whole or not at all.
public final class H5ad {
  private H5ad() {}

  /// How a file is opened.
  ///
  /// @param threads threads that decode chunks
  /// @param cacheBytes decoded chunks of the file that are kept
  public record Options(int threads, long cacheBytes) {
    /// All processors; files opened so share a cache of a sixteenth of the heap, at most 256 MiB.
    public static final Options DEFAULT =
        new Options(Runtime.getRuntime().availableProcessors(), ChunkCache.SHARED.budget());

    public Options {
      if (threads < 1 || cacheBytes < 0) {
        throw new IllegalArgumentException(
            "threads must be at least 1 and cacheBytes at least 0, not %d and %d"
                .formatted(threads, cacheBytes));
      }
    }
  }

  /// Reads the whole file into memory.
  ///
  /// @throws H5adException if it is not a readable `.h5ad`
  public static AnnData read(Path path) {
    return new H5adReader(path, Options.DEFAULT).read(false);
  }

  /// Opens the file: its matrices (X, layers, obsm, obsp, raw) stay in it until rows of them are
  /// asked for, all else is read. Close the result to release the file.
  ///
  /// @throws H5adException if it is not a readable `.h5ad`
  public static AnnData open(Path path) {
    return open(path, Options.DEFAULT);
  }

  /// As `open(path)`, with a choice of threads and cache.
  public static AnnData open(Path path, Options options) {
    return new H5adReader(path, options).read(true);
  }

  /// Writes the file: to a temporary one beside it, then moved in its place.
  ///
  /// @throws IllegalArgumentException if the data hold something the format cannot
  /// @throws java.io.UncheckedIOException if the disk refuses
  public static void write(AnnData data, Path path) {
    H5adWriter.write(data, path);
  }
}
