package org.syncyte.models.tasks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.nn.Pass;

/// Draws from the posterior of normalised expression of a group: a cell of the group at random, a
/// place in its latent distribution, decoded. So they follow the mean of the cells' posteriors.
///
/// With importance, places are drawn first, some for every cell, and those that explain the cells
/// of the group better are decoded more often (`ImportanceWeights`).
///
/// @param data cells bound to the registry of `fit`
public record ExpressionDraws(Fit fit, DataSource data, boolean importance) implements DrawSource {
  @Override
  public List<String> features() {
    return fit.registry().varNames();
  }

  @Override
  public List<String> batches() {
    return fit.registry().batches();
  }

  @Override
  public Draws draw(int[] cells, @Nullable String batch, int count, RandomGenerator random) {
    long code = batch == null ? -1 : NormalizedExpression.position(batches(), "batch", batch);
    if (importance) {
      return ImportanceWeights.draw(fit, data, cells, code, count, random);
    }
    var values = new float[data.genes()][count];
    // Read in the order of the file, kept in the order drawn: pairs of draws must not share it.
    var drawn = IntStream.range(0, count).map(_ -> cells[random.nextInt(cells.length)]).toArray();
    var order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingInt(i -> drawn[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    var chosen = Arrays.stream(order).map(i -> drawn[i]).toArray();
    var pass = Pass.evaluation(new RandomNoise(random));
    var selection = new Selection(data, chosen);
    Pages.walk(
        fit,
        selection,
        (first, page, _) -> {
          var posterior = fit.model().posterior(page, pass);
          var seen = code < 0 ? page : NormalizedExpression.elsewhere(page, code);
          var scale = fit.model().generative(seen, posterior, pass).scale().toFloatArray();
          put(scale, values, order, first);
        });
    return new Draws.Floats(values);
  }

  private static void put(float[] page, float[][] values, int[] order, int first) {
    int genes = values.length;
    for (int i = 0; i < page.length / genes; i++) {
      int at = order[first + i];
      for (int g = 0; g < genes; g++) {
        values[g][at] = page[i * genes + g];
      }
    }
  }
}
