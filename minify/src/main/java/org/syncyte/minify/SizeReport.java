package org.syncyte.minify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Csc;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// What minification saved, what it lost, and what it left in place.
///
/// @param before bytes of all matrices before, as 4-byte values and indices
/// @param after the same afterwards
/// @param lost counts that are gone, part by part
/// @param lostAnalyses what can no longer be computed
/// @param kept arrays that stay and may hold what was computed from counts
public record SizeReport(
    long before, long after, List<String> lost, List<String> lostAnalyses, List<String> kept) {
  private static final List<String> NEED_COUNTS =
      List.of(
          "ELBO and reconstruction error",
          "marginal log-likelihood",
          "latent library size",
          "training and query mapping onto these cells",
          "SCANVI from SCVI");

  public SizeReport {
    lost = List.copyOf(lost);
    lostAnalyses = List.copyOf(lostAnalyses);
    kept = List.copyOf(kept);
  }

  /// Compares a data set with its minified form.
  public static SizeReport of(AnnData full, AnnData minified) {
    var lost = new ArrayList<String>();
    if (full.x() != null
        && minified.x() != null
        && Blocks.stored(full.x()) > Blocks.stored(minified.x())) {
      lost.add("X (%d values)".formatted(Blocks.stored(full.x())));
    }
    full.layers()
        .forEach((name, layer) -> {
          var left = minified.layers().get(name);
          if (left == null || Blocks.stored(left) < Blocks.stored(layer)) {
            lost.add("layer '%s' (%d values)".formatted(name, Blocks.stored(layer)));
          }
        });
    if (full.raw() != null && minified.raw() == null) {
      lost.add("raw (%d values)".formatted(Blocks.stored(full.raw().x())));
    }
    var kept = new ArrayList<String>();
    full.obsm().keySet().forEach(name -> kept.add("obsm '" + name + "'"));
    full.obsp().keySet().forEach(name -> kept.add("obsp '" + name + "'"));
    full.varm().keySet().forEach(name -> kept.add("varm '" + name + "'"));
    full.uns().keySet().forEach(name -> kept.add("uns '" + name + "'"));
    return new SizeReport(
        bytes(full), bytes(minified), lost, lost.isEmpty() ? List.of() : NEED_COUNTS, kept);
  }

  /// Share of bytes that is gone, from 0 to 1; negative if the data grew.
  public double saved() {
    return before == 0 ? 0 : 1 - (double) after / before;
  }

  private static long bytes(AnnData data) {
    long bytes = data.x() == null ? 0 : bytes(data.x());
    bytes += bytes(data.layers()) + bytes(data.obsm()) + bytes(data.varm()) + bytes(data.obsp());
    var raw = data.raw();
    return raw == null ? bytes : bytes + bytes(raw.x()) + bytes(raw.varm());
  }

  private static long bytes(Map<String, Matrix> matrices) {
    return matrices.values().stream().mapToLong(SizeReport::bytes).sum();
  }

  private static long bytes(Matrix matrix) {
    return switch (matrix) {
      case Dense dense -> 4L * dense.values().length;
      case Csr sparse -> 8L * sparse.values().length + 8L * sparse.indptr().length;
      case Csc sparse -> 8L * sparse.values().length + 8L * sparse.indptr().length;
      case Backed backed -> Math.min(4L * backed.rows() * backed.columns(), 8 * backed.stored());
    };
  }
}
