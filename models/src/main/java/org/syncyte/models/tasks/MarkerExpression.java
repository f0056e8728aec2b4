package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.nn.Pass;

/// Denoised values of all markers of all cells, those included that a cell's panel did not measure.
///
/// A value is the mean of the likelihood, averaged over draws of the posterior and over the batches
/// that the cell is decoded as: all of the model's by default, which takes batch effects out. A
/// decoder that never saw a marker in a batch extrapolates there; with `measuredOnly` each marker
/// is averaged over batches in which it was measured, the others left out.
public final class MarkerExpression {
  /// @param batches to decode as; empty means all of the model's
  /// @param own whether to decode each cell as its own batch, and as no other
  /// @param measuredOnly whether a marker counts only in batches of the data that measured it
  /// @param samples draws of the posterior
  /// @param noise of the draws; `Noise.NONE` decodes the posterior mean
  public record Options(
      List<String> batches, boolean own, boolean measuredOnly, int samples, Noise noise) {
    public Options {
      batches = List.copyOf(batches);
      if (samples < 1) {
        throw new IllegalArgumentException("samples = " + samples + "; at least one is needed");
      }
      if (own && !(batches.isEmpty() && !measuredOnly)) {
        throw new IllegalArgumentException(
            "cells are to be decoded as their own batch and as others; choose one");
      }
    }

    /// One draw, decoded as every batch.
    public static Options standard() {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
      return new Options(List.of(), false, false, 1, new RandomNoise(random));
    }

    /// The posterior mean, decoded as every batch that measured the marker.
    public static Options imputation() {
      return new Options(List.of(), false, true, 1, Noise.NONE);
    }
  }

  private MarkerExpression() {}

  /// @param data cells bound to the registry of `fit`
  /// @return cells by markers
  /// @throws IllegalArgumentException if the model is not of markers, or a batch not the model's
  public static Dense of(Fit fit, DataSource data, Options options) {
    if (fit.registry().markers() == null) {
      throw new IllegalArgumentException(
          "%s is no model of protein markers; ask for normalised expression"
              .formatted(fit.modelClass()));
    }
    var known = fit.registry().batches();
    var names = options.batches().isEmpty() ? known : options.batches();
    long[] codes =
        options.own()
            ? new long[] {-1}
            : names.stream()
                .mapToLong(name -> NormalizedExpression.position(known, "batch", name))
                .toArray();
    int markers = data.genes();
    var shares = shares(data, codes, options);
    var values = new float[Math.multiplyExact(data.cells(), markers)];
    var pass = Pass.evaluation(options.noise());
    Pages.walk(
        fit,
        data,
        (first, cells, arrays) -> {
          NDArray sum = null;
          for (int s = 0; s < options.samples(); s++) {
            var posterior = fit.model().inference(cells, pass);
            for (int b = 0; b < codes.length; b++) {
              var seen = codes[b] < 0 ? cells : NormalizedExpression.elsewhere(cells, codes[b]);
              var mean = fit.model().generative(seen, posterior, pass).scale();
              var part = mean.mul(arrays.create(shares[b], new Shape(1, markers)));
              sum = sum == null ? part : sum.add(part);
            }
          }
          if (sum != null) {
            var page = sum.toFloatArray();
            System.arraycopy(page, 0, values, first * markers, page.length);
          }
        });
    return new Dense(data.cells(), markers, values);
  }

  /// The weight of each batch in the mean of each marker.
  private static float[][] shares(DataSource data, long[] codes, Options options) {
    int markers = data.genes();
    var shares = new float[codes.length][markers];
    var measured = options.measuredOnly() ? measured(data, codes) : null;
    for (int g = 0; g < markers; g++) {
      int marker = g;
      int count =
          measured == null
              ? 0
              : (int) IntStream.range(0, codes.length).filter(b -> measured[b][marker]).count();
      for (int b = 0; b < codes.length; b++) {
        shares[b][g] =
            measured == null || count == 0
                ? 1f / (codes.length * options.samples())
                : measured[b][g] ? 1f / (count * options.samples()) : 0;
      }
    }
    return shares;
  }

  private static boolean[][] measured(DataSource data, long[] codes) {
    int markers = data.genes();
    var measured = new boolean[codes.length][markers];
    var all = IntStream.range(0, data.cells()).toArray();
    for (Minibatch cells : Loader.sequential(data, all, DataSource.BLOCK).epoch(0)) {
      var values = cells.counts().toDense();
      for (int i = 0; i < cells.size(); i++) {
        int batch = cells.batch()[i];
        for (int b : IntStream.range(0, codes.length).filter(c -> codes[c] == batch).toArray()) {
          for (int g = 0; g < markers; g++) {
            measured[b][g] |= !Float.isNaN(values.at(i, g));
          }
        }
      }
    }
    return measured;
  }

  /// The values with those that were measured put back in their place.
  public static Dense imputed(DataSource data, Dense expression) {
    var filled = expression.values().clone();
    var all = IntStream.range(0, data.cells()).toArray();
    int first = 0;
    for (Minibatch cells : Loader.sequential(data, all, DataSource.BLOCK).epoch(0)) {
      var values = cells.counts().toDense().values();
      for (int i = 0; i < values.length; i++) {
        int at = first * expression.columns() + i;
        filled[at] = Float.isNaN(values[i]) ? filled[at] : values[i];
      }
      first += cells.size();
    }
    return new Dense(expression.rows(), expression.columns(), filled);
  }
}
