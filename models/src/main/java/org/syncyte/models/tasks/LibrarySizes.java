package org.syncyte.models.tasks;

import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;

/// Sums of the counts of cells over a model's genes, as the model sees them; of minified cells the
/// stored ones.
public final class LibrarySizes {
  private LibrarySizes() {}

  /// @param data cells bound to the model's registry
  public static float[] of(DataSource data) {
    var sizes = new float[data.cells()];
    for (int from = 0; from < sizes.length; from += data.block()) {
      int end = Math.min(from + data.block(), sizes.length);
      var cells = data.read(IntStream.range(from, end).toArray());
      var stored = cells.stored();
      for (int i = 0; i < cells.size(); i++) {
        sizes[from + i] =
            stored == null ? (float) cells.counts().total(i) : stored.librarySize()[i];
      }
    }
    return sizes;
  }
}
