package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.Generated;
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
    return draw(fit, data, cells, code, data.genes(), count, random, Generated::scale);
  }

  /// @param code of the batch to decode as, or -1 for each cell's own
  /// @param width how many values each draw has
  /// @param answer what is wanted of what was decoded: (cells, width)
  static Draws.Floats draw(
      Fit fit,
      DataSource data,
      int[] cells,
      long code,
      int width,
      int count,
      RandomGenerator random,
      Function<Generated, NDArray> answer) {
    var values = new float[width][count];
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
    Pages.walk(
        fit,
        new Selection(data, chosen),
        (first, page, _) -> {
          var posterior = fit.model().posterior(page, pass);
          var seen = code < 0 ? page : NormalizedExpression.elsewhere(page, code);
          var made = answer.apply(fit.model().generative(seen, posterior, pass));
          put(made.toFloatArray(), values, order, first);
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
