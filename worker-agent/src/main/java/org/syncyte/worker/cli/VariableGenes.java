package org.syncyte.worker.cli;

import java.util.HashSet;
import java.util.List;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.federation.vocabulary.GeneSums;
import org.syncyte.federation.vocabulary.Hvg;

/// Highly variable genes of one data set, by the rule that federations use: the same two passes of
/// integer sums, over one site. Cells pass by in blocks; the matrix may be larger than memory.
final class VariableGenes {
  private VariableGenes() {}

  /// The `count` most variable genes, in the order of `genes`.
  static List<String> choose(Matrix counts, List<String> genes, int count) {
    if (count <= 0 || count >= genes.size()) {
      return genes;
    }
    var moments = GeneSums.moments(genes.size());
    add(counts, moments);
    var hvg = new Hvg(genes, List.of(moments.file()));
    var clipped = GeneSums.clipped(hvg.bounds());
    add(counts, clipped);
    var best = new HashSet<String>();
    hvg.ranked(List.of(clipped.file())).subList(0, count).forEach(gene -> best.add(gene.gene()));
    return genes.stream().filter(best::contains).toList();
  }

  private static void add(Matrix counts, GeneSums sums) {
    Blocks.walk(
        counts,
        DataSource.BLOCK,
        (block, _) -> {
          for (int row = 0; row < block.rows(); row++) {
            sums.add(
                block.indices(),
                block.values(),
                (int) block.indptr()[row],
                (int) block.indptr()[row + 1]);
          }
        });
  }
}
