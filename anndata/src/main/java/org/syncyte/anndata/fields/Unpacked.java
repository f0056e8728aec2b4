package org.syncyte.anndata.fields;

import java.io.UncheckedIOException;
import java.util.Arrays;
import org.syncyte.anndata.loader.DataSource;

/// Cells made ready to be read many times in any order, as training does.
///
/// A row of a compressed file costs the decoding of its whole chunk. So cells that stay in files
/// are gone through once, and what the model reads of them is laid out row by row in a temporary
/// file; values are checked on the way. Cells in memory are as they were. Where the disk has no
/// room, the files are read each time, which is slower and gives the same.
///
/// @param source the same cells
public record Unpacked(DataSource source, Runnable release) implements AutoCloseable {
  public static Unpacked of(DataSource cells) {
    return cells instanceof Binding bound && bound.window() > 1
        ? unpacked(bound)
        : new Unpacked(cells, () -> {});
  }

  @SuppressWarnings("MustBeClosedChecker")
  private static Unpacked unpacked(Binding bound) {
    Scratch scratch = null;
    try {
      scratch = new Scratch(bound.cells(), bound.genes());
      for (int from = 0; from < bound.cells(); from += bound.block()) {
        int first = from;
        var block = new int[Math.min(bound.block(), bound.cells() - from)];
        Arrays.setAll(block, i -> first + i);
        scratch.add(bound.read(block).counts());
      }
      var ready = scratch.finish();
      return new Unpacked(bound.with(ready), ready::close);
    } catch (UncheckedIOException full) {
      if (scratch != null) {
        scratch.close();
      }
      return new Unpacked(bound, () -> {});
    } catch (RuntimeException refused) {
      if (scratch != null) {
        scratch.close();
      }
      throw refused;
    }
  }

  @Override
  public void close() {
    release.run();
  }
}
