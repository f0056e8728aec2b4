package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.nn.Pass;

/// The parameters of the counts that a model of genes and proteins expects of each cell, by name.
///
///     mean, dispersions [, dropout]                    genes: μ, θ, σ(π)
///     protein_background, protein_foreground           means of the two, the batch's efficiency in
///     protein_mixing                                   probability of background
///     protein_dispersions                              φ
public final class LikelihoodParameters {
  private LikelihoodParameters() {}

  /// @param data cells bound to the registry of `fit`
  /// @param noise of the draw; `Noise.NONE` decodes the posterior mean
  public static Map<String, Dense> of(Fit fit, DataSource data, Noise noise) {
    var proteins = ProteinExpression.known(fit).names();
    var genes = fit.registry().varNames();
    var all = new LinkedHashMap<String, Dense>();
    var pass = Pass.evaluation(noise);
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var posterior = fit.model().posterior(cells, pass);
          var made = fit.model().generative(cells, posterior, pass);
          var parts = new LinkedHashMap<String, NDArray>();
          switch (made.counts()) {
            case NegativeBinomial plain -> parts.put("dispersions", plain.theta());
            case ZeroInflatedNegativeBinomial inflated -> {
              parts.put("dispersions", inflated.theta());
              parts.put("dropout", inflated.dropout());
            }
            default -> {}
          }
          parts.put("mean", made.rate());
          var protein = Objects.requireNonNull(made.proteins());
          parts.put("protein_background", protein.counts().first());
          parts.put("protein_foreground", protein.counts().second());
          parts.put("protein_mixing", protein.backgroundProbability());
          parts.put("protein_dispersions", protein.counts().theta());
          int n = Math.toIntExact(cells.counts().getShape().get(0));
          parts.forEach((name, values) -> {
            var columns = name.startsWith("protein_") ? proteins : genes;
            int width = columns.size();
            var dense =
                all.computeIfAbsent(
                    name,
                    _ -> new Dense(data.cells(), width, new float[data.cells() * width], columns));
            float[] part = PredictiveSample.spread(values.toFloatArray(), n * width);
            System.arraycopy(part, 0, dense.values(), first * width, part.length);
          });
        });
    return all;
  }
}
