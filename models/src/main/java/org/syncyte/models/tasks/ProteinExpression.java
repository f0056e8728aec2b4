package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Proteins;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.GeneratedProteins;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.Pass;

/// Surface proteins without the background of antibody that sticks to any cell.
///
/// Each value is the mean over `samples` draws of the posterior and over the batches asked for, as
/// in `NormalizedExpression`. The efficiency of a batch is left out, so batches compare. Columns
/// are named by the proteins.
public final class ProteinExpression {
  /// @param transformBatches batches to decode as, or none for each cell's own
  /// @param proteins proteins wanted, or null for all in the model's order
  /// @param samples draws of the posterior
  /// @param includeBackground adds the expected background
  /// @param scaled each protein's share in its cell
  /// @param drawMixing tells foreground from background by a draw in place of its probability
  /// @param noise of the draws; `Noise.NONE` decodes the posterior mean
  /// @param random of the draws of `drawMixing`
  public record Options(
      List<String> transformBatches,
      @Nullable List<String> proteins,
      int samples,
      boolean includeBackground,
      boolean scaled,
      boolean drawMixing,
      Noise noise,
      RandomGenerator random) {
    public Options {
      transformBatches = List.copyOf(transformBatches);
      proteins = proteins == null ? null : List.copyOf(proteins);
      if (samples < 1) {
        throw new IllegalArgumentException("samples = " + samples + "; at least one is needed");
      }
    }

    /// One draw, each cell's own batch, all proteins, background removed.
    public static Options standard() {
      return of(1, new RandomNoise(generator(0)));
    }

    /// The decoded posterior mean, free of chance.
    public static Options atMean() {
      return of(1, Noise.NONE);
    }

    /// The mean of so many draws.
    public static Options draws(int samples, long seed) {
      return of(samples, new RandomNoise(generator(seed)));
    }

    private static Options of(int samples, Noise noise) {
      return new Options(List.of(), null, samples, false, false, false, noise, generator(1));
    }

    public Options withBatches(List<String> names) {
      return new Options(
          names, proteins, samples, includeBackground, scaled, drawMixing, noise, random);
    }

    public Options withProteins(@Nullable List<String> names) {
      return new Options(
          transformBatches, names, samples, includeBackground, scaled, drawMixing, noise, random);
    }

    public Options withBackground(boolean included) {
      return new Options(
          transformBatches, proteins, samples, included, scaled, drawMixing, noise, random);
    }

    public Options withScale(boolean shares) {
      return new Options(
          transformBatches,
          proteins,
          samples,
          includeBackground,
          shares,
          drawMixing,
          noise,
          random);
    }

    public Options withDrawnMixing(boolean drawn) {
      return new Options(
          transformBatches, proteins, samples, includeBackground, scaled, drawn, noise, random);
    }

    private static RandomGenerator generator(long seed) {
      return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
  }

  private ProteinExpression() {}

  /// Expected foreground counts, and background if it is asked for.
  ///
  /// @param data cells bound to the registry of `fit`
  /// @return cells by proteins
  /// @throws IllegalArgumentException if the model knows no proteins, or a batch or protein is not
  ///   the model's
  public static Dense denoised(Fit fit, DataSource data, Options options) {
    return walk(
        fit,
        data,
        options,
        made ->
            expected(
                made,
                options.drawMixing(),
                options.includeBackground(),
                options.scaled(),
                options.random()));
  }

  /// Probability that a count comes from protein that the cell carries.
  public static Dense foreground(Fit fit, DataSource data, Options options) {
    return walk(fit, data, options, made -> made.backgroundProbability().neg().add(1f));
  }

  /// Mean background counts.
  public static Dense background(Fit fit, DataSource data, Options options) {
    return walk(fit, data, options, GeneratedProteins::background);
  }

  /// What the proteins that some panel did not measure would have counted: the expected counts of
  /// every cell, background and the batch's efficiency included, decoded as the batches that
  /// measured them.
  ///
  /// @return cells by the proteins that some panel missed
  public static Dense imputed(Fit fit, DataSource data, Options options) {
    var known = known(fit);
    var batches = fit.registry().batches();
    var missed =
        known.names().stream()
            .filter(name ->
                known.measured().stream().anyMatch(row -> !row.get(known.names().indexOf(name))))
            .toList();
    if (missed.isEmpty()) {
      throw new IllegalArgumentException(
          "every panel measured every protein; there is none to impute");
    }
    var values = new float[data.cells() * missed.size()];
    for (int m = 0; m < missed.size(); m++) {
      int protein = known.names().indexOf(missed.get(m));
      // A panel apart from batches does not say which batches measured the protein: all may tell.
      var from =
          known.panels().isEmpty()
              ? batches.stream()
                  .filter(batch -> known.measured(batches.indexOf(batch), protein))
                  .toList()
              : batches;
      var one =
          walk(
              fit,
              data,
              options.withBatches(from).withProteins(List.of(missed.get(m))),
              made -> made.counts().mean());
      for (int i = 0; i < data.cells(); i++) {
        values[i * missed.size() + m] = one.at(i, 0);
      }
    }
    return new Dense(data.cells(), missed.size(), values, missed);
  }

  static Proteins known(Fit fit) {
    var known = fit.registry().proteins();
    if (known == null) {
      throw new IllegalArgumentException(
          "%s knows no proteins; train a TOTALVI".formatted(fit.modelClass()));
    }
    return known;
  }

  /// Expected counts of what a cell carries, as `Options` says.
  static NDArray expected(
      GeneratedProteins made,
      boolean drawMixing,
      boolean includeBackground,
      boolean scaled,
      RandomGenerator random) {
    var p = made.backgroundProbability();
    if (drawMixing) {
      p = drawn(p, random);
    }
    var values = made.foreground().mul(p.neg().add(1f));
    if (includeBackground) {
      values = values.add(made.background().mul(p));
    }
    return scaled ? GeneratedProteins.scaled(values) : values;
  }

  /// 1 with that probability, else 0.
  static NDArray drawn(NDArray probability, RandomGenerator random) {
    var below = new float[Math.toIntExact(probability.size())];
    for (int i = 0; i < below.length; i++) {
      below[i] = random.nextFloat();
    }
    var uniform = probability.getManager().create(below, probability.getShape());
    return uniform.lt(probability).toType(DataType.FLOAT32, false);
  }

  private static Dense walk(
      Fit fit, DataSource data, Options options, Function<GeneratedProteins, NDArray> answer) {
    var names = known(fit).names();
    var wanted = options.proteins() == null ? names : options.proteins();
    int[] columns =
        wanted.stream()
            .mapToInt(name -> NormalizedExpression.position(names, "protein", name))
            .toArray();
    var batches =
        options.transformBatches().stream()
            .mapToLong(
                name -> NormalizedExpression.position(fit.registry().batches(), "batch", name))
            .toArray();
    int width = names.size();
    var values = new float[Math.multiplyExact(data.cells(), columns.length)];
    var pass = Pass.evaluation(options.noise());
    float share = 1f / (options.samples() * Math.max(1, batches.length));
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          for (int s = 0; s < options.samples(); s++) {
            var posterior = fit.model().posterior(cells, pass);
            for (int b = 0; b < Math.max(1, batches.length); b++) {
              var seen =
                  batches.length == 0 ? cells : NormalizedExpression.elsewhere(cells, batches[b]);
              var made =
                  Objects.requireNonNull(fit.model().generative(seen, posterior, pass).proteins());
              var part = Scaled.by(answer.apply(made), share).toFloatArray();
              for (int i = 0; i < part.length / width; i++) {
                for (int c = 0; c < columns.length; c++) {
                  values[(first + i) * columns.length + c] += part[i * width + columns[c]];
                }
              }
            }
          }
        });
    return new Dense(data.cells(), columns.length, values, wanted);
  }
}
