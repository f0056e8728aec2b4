package org.syncyte.worker.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;

/// Cells put before a trained model that does not need their labels. Where its encoder does not see
/// batches and none is asked of the decoder, a batch that the model does not know does no harm.
final class BoundCells {
  private BoundCells() {}

  /// Minified cells are answered from what is stored of them.
  ///
  /// @param batch the batch that all cells are treated as, or null for each cell's own
  static DataSource bind(Fit fit, AnnData data, @Nullable String batch, OutputOptions output) {
    var registry = fit.registry();
    var setup = registry.setup();
    var columns = new LinkedHashMap<>(data.obs().columns());
    if (setup.batchKey() != null && batch != null) {
      int code = registry.batches().indexOf(batch);
      if (code < 0) {
        throw new IllegalArgumentException(
            "batch '%s' is not the model's; it has %s".formatted(batch, registry.batches()));
      }
      columns.put(setup.batchKey(), constant(data.cells(), registry.batches(), code));
    }
    var bound = fit.bind(data.withObs(new DataFrame(data.obs().index(), columns)));
    bound.notes().forEach(output::note);
    if (!bound.hasCounts()) {
      output.note("the data are minified; there are no statistics of counts");
    }
    return bound;
  }

  /// The batch to treat cells as where batches do not matter: the first if the encoder does not see
  /// them, else each cell's own.
  static @Nullable String indifferent(Fit fit) {
    var usual = Boolean.toString(Catalogue.proteins(fit.modelClass()));
    boolean seen = "true".equalsIgnoreCase(fit.config().getOrDefault("encode_covariates", usual));
    return seen ? null : fit.registry().batches().getFirst();
  }

  private static Column constant(int cells, List<String> categories, int code) {
    var codes = new int[cells];
    Arrays.fill(codes, code);
    return new Column.Categorical(codes, categories, false);
  }
}
