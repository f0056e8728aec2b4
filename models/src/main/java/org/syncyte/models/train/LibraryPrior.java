package org.syncyte.models.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;

/// The prior of a latent library size: mean and (population) variance of the log total count of
/// each batch. A cell without counts gives 0; a batch without cells keeps mean 0 and variance 1.
/// Batches known from a reference keep what the reference found.
final class LibraryPrior {
  private static final String MEANS = "library_log_means";
  private static final String VARIANCES = "library_log_vars";

  private LibraryPrior() {}

  /// Writes the prior into the fit, if its model has one.
  static void prepare(Fit fit, DataSource data) {
    if (fit.layout().stream().noneMatch(tensor -> tensor.name().equals(MEANS))) {
      return;
    }
    int batches = fit.registry().batches().size();
    var sums = new double[3][batches];
    var all = IntStream.range(0, data.cells()).toArray();
    for (Minibatch cells : Loader.sequential(data, all, Math.min(1024, data.block())).epoch(0)) {
      var counts = cells.counts();
      for (int i = 0; i < cells.size(); i++) {
        double total = counts.total(i);
        double log = total > 0 ? Math.log(total) : 0;
        int batch = cells.batch()[i];
        sums[0][batch]++;
        sums[1][batch] += log;
        sums[2][batch] += log * log;
      }
    }
    var tensors = new LinkedHashMap<>(fit.state().tensors());
    var means = values(tensors, MEANS);
    var variances = values(tensors, VARIANCES);
    for (int b = fit.batchesLearned(); b < batches; b++) {
      double n = sums[0][b];
      double mean = n == 0 ? 0 : sums[1][b] / n;
      means[b] = (float) mean;
      variances[b] = n == 0 ? 1 : (float) Math.max(0, sums[2][b] / n - mean * mean);
    }
    long[] shape = {1, batches};
    tensors.put(MEANS, new Tensor.Floats(shape, means));
    tensors.put(VARIANCES, new Tensor.Floats(shape, variances));
    fit.network().load(new StateDict(tensors));
  }

  static float[] values(Map<String, Tensor> tensors, String name) {
    return tensors.get(name) instanceof Tensor.Floats(_, float[] values)
        ? values.clone()
        : new float[0];
  }
}
