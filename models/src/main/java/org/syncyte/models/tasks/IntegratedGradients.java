package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Batch;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.models.Model;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;

/// Which genes made a model say what it says of a cell.
///
///     attribution_g = (x_g - b_g) ∫₀¹ ∂F(b + α (x - b)) / ∂x_g dα
///
/// along the straight way from a baseline b, the empty cell, to the cell's counts x. F is the score
/// of a label before the softmax, or one dimension of the latent space, at the mean of the
/// posterior; logarithms and normalisation are part of it. Batches and covariates stay as they are;
/// a model of proteins is asked for both, genes first.
/// Attributions of a cell sum to F(x) - F(b): `Attributions.incompleteness` says how nearly.
///
/// Sundararajan, Taly and Yan, ICML 2017.
public final class IntegratedGradients {
  /// @param rule where gradients are taken
  /// @param baseline counts to begin from, one per feature, or null for the empty cell
  public record Options(PathRule rule, float @Nullable [] baseline) {
    public static final Options STANDARD = new Options(PathRule.standard(), null);
  }

  /// A model's scores, (cells, outputs), through which gradients flow.
  @FunctionalInterface
  interface Scores {
    NDArray of(Model model, Batch cells);
  }

  private IntegratedGradients() {}

  /// Towards the label that the model gives each cell.
  ///
  /// @param data cells bound to the registry of `fit`
  /// @throws IllegalArgumentException if the model does not tell labels
  public static Attributions ofLabels(Fit fit, DataSource data, Options options) {
    var told = LabelTransfer.of(fit, data);
    var targets = IntStream.range(0, told.cells()).map(told::code).toArray();
    return of(fit, data, IntegratedGradients::labels, told.classes(), targets, options);
  }

  /// Towards one label for all cells.
  public static Attributions ofLabel(Fit fit, DataSource data, String label, Options options) {
    if (!(fit.model() instanceof Labelling)) {
      throw new IllegalArgumentException(
          "%s does not tell labels; ask for its latent dimensions".formatted(fit.modelClass()));
    }
    var targets = new int[data.cells()];
    Arrays.fill(targets, NormalizedExpression.position(fit.registry().classes(), "label", label));
    return of(fit, data, IntegratedGradients::labels, fit.registry().classes(), targets, options);
  }

  /// Towards one dimension of the latent space, counted from 0.
  public static Attributions ofLatent(Fit fit, DataSource data, int dimension, Options options) {
    int latent = fit.model().latent();
    if (dimension < 0 || dimension >= latent) {
      throw new IllegalArgumentException(
          "latent dimension %d is not the model's; it has 0 to %d"
              .formatted(dimension, latent - 1));
    }
    var targets = new int[data.cells()];
    Arrays.fill(targets, dimension);
    var names = IntStream.range(0, latent).mapToObj(d -> "latent_" + d).toList();
    return of(fit, data, IntegratedGradients::latent, names, targets, options);
  }

  private static NDArray labels(Model model, Batch cells) {
    var pass = Pass.atMean();
    return ((Labelling) model).scores(((Labelling) model).encode(cells, pass).mean(), pass);
  }

  private static NDArray latent(Model model, Batch cells) {
    return model.inference(cells, Pass.atMean()).latent().mean();
  }

  private static Attributions of(
      Fit fit,
      DataSource data,
      Scores scores,
      List<String> outputs,
      int[] targets,
      Options options) {
    if (!fit.trained()) {
      throw new IllegalStateException("the model is not trained; its scores mean nothing yet");
    }
    data.requireCounts("an attribution");
    var features = new ArrayList<>(fit.registry().varNames());
    if (fit.registry().proteins() != null) {
      features.addAll(ProteinExpression.known(fit).names());
    }
    int width = features.size();
    var start = options.baseline();
    if (start != null && start.length != width) {
      throw new IllegalArgumentException(
          "the baseline has %d values, the model %d features".formatted(start.length, width));
    }
    var values = new float[Math.multiplyExact(data.cells(), width)];
    var change = new double[data.cells()];
    var moved =
        fit.network().trained().stream().filter(NDArray::hasGradient).toArray(NDArray[]::new);
    Arrays.stream(moved).forEach(weight -> weight.setRequiresGradient(false));
    try {
      Pages.walk(
          fit,
          data,
          (first, cells, arrays) -> {
            int n = (int) cells.batch().size();
            var aims = hot(targets, first, n, outputs.size());
            var aim = arrays.create(aims, new Shape(n, outputs.size()));
            var ways = new ArrayList<Way>();
            ways.add(Way.of(cells.counts(), start, 0));
            if (cells.proteins() != null) {
              ways.add(Way.of(cells.proteins(), start, data.genes()));
            }
            for (int step = 0; step < options.rule().nodes().length; step++) {
              double node = options.rule().nodes()[step];
              var at = ways.stream().map(way -> way.at(node)).toList();
              gradients(fit, scores, cells, at, aim);
              for (int k = 0; k < at.size(); k++) {
                ways.get(k).add(at.get(k), options.rule().weights()[step]);
                at.get(k).close();
              }
            }
            ways.forEach(way -> way.put(values, first, width));
            int[] last = {-1};
            var begin = ways.stream().map(Way::from).toList();
            var reached = scores.of(fit.model(), cells).mul(aim).sum(last).toFloatArray();
            var left = scores.of(fit.model(), with(cells, begin)).mul(aim).sum(last).toFloatArray();
            for (int i = 0; i < n; i++) {
              change[first + i] = reached[i] - left[i];
            }
          });
    } finally {
      Arrays.stream(moved).forEach(weight -> weight.setRequiresGradient(true));
    }
    return new Attributions(
        features, new Dense(data.cells(), width, values), outputs, targets, change);
  }

  /// The way of one input from its baseline, and the gradients met on it.
  private record Way(NDArray from, NDArray step, int column, double[] sum) {
    static Way of(NDArray input, float @Nullable [] baseline, int column) {
      var from = Scaled.by(input, 0f);
      if (baseline != null) {
        int width = (int) input.getShape().get(1);
        var own = Arrays.copyOfRange(baseline, column, column + width);
        from = from.add(input.getManager().create(own, new Shape(1, width)));
      }
      return new Way(from, input.sub(from), column, new double[(int) input.size()]);
    }

    NDArray at(double node) {
      return from.add(Scaled.by(step, (float) node));
    }

    void add(NDArray place, double weight) {
      try (var gradient = place.getGradient()) {
        var slopes = gradient.toFloatArray();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += weight * slopes[i];
        }
      }
    }

    void put(float[] values, int first, int features) {
      int width = (int) step.getShape().get(1);
      var steps = step.toFloatArray();
      for (int i = 0; i < sum.length; i++) {
        values[(first + i / width) * features + column + i % width] = (float) (steps[i] * sum[i]);
      }
    }
  }

  /// Leaves the gradients of the scores aimed at with the arrays of `at`.
  private static void gradients(
      Fit fit, Scores scores, Batch cells, List<NDArray> at, NDArray aim) {
    try (var use = fit.network().use();
        var _ = Compute.recording(true)) {
      var held = new NDList(cells.batch(), cells.labels(), aim);
      held.addAll(at);
      held.addAll(cells.categorical());
      Stream.of(cells.continuous(), cells.sizeFactor(), cells.panel())
          .filter(Objects::nonNull)
          .forEach(held::add);
      use.arrays().tempAttachAll(held.toArray(NDArray[]::new));
      at.forEach(place -> place.setRequiresGradient(true));
      Compute.backward(scores.of(fit.model(), with(cells, at)).mul(aim).sum());
    }
  }

  private static Batch with(Batch cells, List<NDArray> inputs) {
    return cells.withCounts(inputs.getFirst(), inputs.size() > 1 ? inputs.get(1) : null);
  }

  private static float[] hot(int[] targets, int first, int count, int outputs) {
    var hot = new float[count * outputs];
    for (int i = 0; i < count; i++) {
      hot[i * outputs + targets[first + i]] = 1;
    }
    return hot;
  }
}
