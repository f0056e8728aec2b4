package org.syncyte.worker.site;

import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Csr;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.vocabulary.GeneSums;

/// Sums over this site's cells from which the coordinator picks variable genes.
///
///     n,  S1_g = Σ x_cg,  S2_g = Σ x_cg²
///     C1_g = Σ min(x_cg, clip_g) · 2^r_g,  C2_g = Σ min(x_cg, clip_g)² · 2^(2 r_g)
///
/// All are exact integers: the total over sites is the value of the pooled cells, bit for bit.
/// `clip_g` is a multiple of 2^-r_g, so the scaled terms are integers too. An overflow is an error,
/// never a wrong number. Cells pass by in blocks; the matrix may be larger than memory.
///
/// Source: `spec/federation.md` section 10.1.
final class Moments {
  private static final int BLOCK = 1024;
  private static final float MAX_COUNT = 1 << 24;

  private final SiteData data;
  private final @Nullable String layer;
  private final List<String> genes;

  Moments(SiteData data, @Nullable String layer, List<String> genes) {
    this.data = data;
    this.layer = layer;
    this.genes = genes;
  }

  /// Segments `n`, `s1`, `s2`.
  SegmentFile sums() {
    return add(GeneSums.moments(genes.size()));
  }

  /// Segments `c1`, `c2`.
  ///
  /// @param bounds segments `clip` and `scale`: upper bounds, multiples of 2^-scale
  SegmentFile clipped(SegmentFile bounds) {
    int length = bounds.doubles("clip").length;
    if (length != genes.size()) {
      throw new ContractException(
          "clip-length", "%d clip values for %d genes".formatted(length, genes.size()));
    }
    GeneSums sums;
    try {
      sums = GeneSums.clipped(bounds);
    } catch (IllegalArgumentException e) {
      throw new ContractException("clip-scale", String.valueOf(e.getMessage()));
    }
    return add(sums);
  }

  /// Checks that every value is a count and that no cell is empty over these genes.
  void check() {
    rows(block -> {
      for (int row = 0; row < block.rows(); row++) {
        double total = 0;
        for (long k = block.indptr()[row]; k < block.indptr()[row + 1]; k++) {
          total += count(block.values()[(int) k]);
        }
        if (total == 0) {
          throw new ContractException(
              "empty-cell", "a cell has no count in the genes of the run; filter such cells");
        }
      }
    });
  }

  private SegmentFile add(GeneSums sums) {
    try {
      rows(block -> {
        for (float value : block.values()) {
          count(value);
        }
        for (int row = 0; row < block.rows(); row++) {
          sums.add(
              block.indices(),
              block.values(),
              (int) block.indptr()[row],
              (int) block.indptr()[row + 1]);
        }
      });
    } catch (ArithmeticException e) {
      throw new ContractException("sum-range", "a sum over the counts leaves 64 bits");
    }
    return sums.file();
  }

  private void rows(Consumer<Csr> visitor) {
    for (var file : data.files()) {
      var columns = columns(file);
      var matrix = file.layer(layer);
      Blocks.walk(matrix, BLOCK, (block, _) -> visitor.accept(block.columns(columns)));
    }
  }

  private int[] columns(AnnData file) {
    var position = new HashMap<String, Integer>();
    var names = file.var().index();
    for (int i = 0; i < names.size(); i++) {
      position.put(names.get(i), i);
    }
    return genes.stream()
        .mapToInt(gene -> {
          var column = position.get(gene);
          if (column == null) {
            throw new ContractException(
                "genes", "gene '%s' of the run is not in every data file".formatted(gene));
          }
          return column;
        })
        .toArray();
  }

  private static long count(float value) {
    if (!(value >= 0) || value > MAX_COUNT || value != Math.rint(value)) {
      throw new ContractException(
          "integer-counts",
          "the matrix holds %s; the run needs raw counts: whole numbers from 0 to 2^24"
              .formatted(value));
    }
    return (long) value;
  }
}
