package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.Batch;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.models.Model;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;
import org.syncyte.models.tasks.PathRule;

/// Writes a model as ONNX graphs, by running its own forward pass over arrays that take notes.
///
///     latent      counts, batch [, categorical, continuous]        → qz_mean, qz_var
///     expression  z, library, batch [, categorical, continuous]    → scale, mean
///     labels      counts, batch [, categorical, continuous]        → probability
///     attributions  counts, batch [, ...], target (cells)           → attribution, change
///
/// A model of surface proteins takes `proteins` (cells, proteins), raw counts, beside `counts`; its
/// expression graph also answers `protein`, expected counts without background, and
/// `protein_foreground`, the probability that a count is no background, at the median background.
///
/// `counts` (cells, genes) are raw; `batch` (cells) are codes; `library` (cells) is the total count
/// of a cell, or its size factor if the model was set up with one; `categorical` (cells, C) are
/// codes and `continuous` (cells, D) values of further covariates, present if the model has any.
/// `qz_mean` and `qz_var` belong to the latent distribution before any transformation, and `z` is
/// on the same side of it. `scale` is normalised expression, `mean` the expected counts at that
/// library, before forced zeros. `probability` (cells, classes) is that of each label of a model that
/// learned some, in the order of the labels noted. `attribution` (cells, genes, then proteins) are integrated
/// gradients from the empty cell to the cell's counts, by 50 Gauss-Legendre nodes, of the score that
/// `target` names: a label's code, or a latent dimension; `change` (cells) is that score minus the
/// empty cell's, to which the attributions of a cell sum. A code outside the known ones switches every category off.
///
/// Every graph works for any number of cells and notes the names behind its codes.
public final class Exporter {
  private Exporter() {}

  /// From counts to the latent distribution, of a model as it is now.
  public static byte[] latent(Fit fit) {
    return latent(Blueprint.of(fit));
  }

  /// From the latent space to normalised expression, of a model as it is now.
  public static byte[] expression(Fit fit) {
    return expression(Blueprint.of(fit));
  }

  /// From counts to the latent distribution.
  public static byte[] latent(Blueprint blueprint) {
    try (var scope = Compute.scope();
        var recording = Compute.recording(false);
        var tracer = tracer("latent", blueprint, scope)) {
      var model = build(tracer, blueprint, scope);
      var counts = tracer.input("counts", counts(tracer, scope, blueprint.data().genes()));
      var cells = cells(tracer, blueprint, scope, counts, proteins(tracer, blueprint, scope));
      var latent = model.inference(cells, Pass.atMean()).latent();
      tracer.output("qz_mean", latent.mean());
      tracer.output("qz_var", latent.variance());
      Facts.note(tracer.graph(), blueprint, "latent", model.latent());
      return tracer.graph().encode();
    }
  }

  /// From the latent space to normalised expression.
  public static byte[] expression(Blueprint blueprint) {
    try (var scope = Compute.scope();
        var recording = Compute.recording(false);
        var tracer = tracer("expression", blueprint, scope)) {
      var model = build(tracer, blueprint, scope);
      var z = tracer.input("z", counts(tracer, scope, model.latent()).sub(1).mul(0.7));
      var library =
          tracer
              .input("library", counts(tracer, scope, 1).add(500).reshape(tracer.cells()))
              .expandDims(1);
      // No counts reach the decoder; the array has the shape that the batch asks for.
      var none = tracer.manager().zeros(new Shape(tracer.cells(), blueprint.data().genes()));
      var cells = cells(tracer, blueprint, scope, none, null);
      var posterior = model.cached(new Normal(z, z.mul(0)), library.log(), Pass.atMean());
      var generated = model.generative(cells, posterior, Pass.atMean());
      tracer.output("scale", generated.scale());
      tracer.output("mean", generated.rate());
      var proteins = generated.proteins();
      if (proteins != null) {
        tracer.output("protein", proteins.denoised());
        tracer.output("protein_foreground", proteins.backgroundProbability().mul(-1).add(1));
      }
      Facts.note(tracer.graph(), blueprint, "expression", model.latent());
      return tracer.graph().encode();
    }
  }

  /// From counts to the probability of each label, of a model as it is now.
  public static byte[] labels(Fit fit) {
    return labels(Blueprint.of(fit));
  }

  /// From counts to the probability of each label.
  ///
  /// @throws IllegalArgumentException if the model does not tell labels
  public static byte[] labels(Blueprint blueprint) {
    try (var scope = Compute.scope();
        var recording = Compute.recording(false);
        var tracer = tracer("labels", blueprint, scope)) {
      if (!(build(tracer, blueprint, scope) instanceof Labelling model)) {
        throw new IllegalArgumentException(
            "%s does not tell labels; there is no graph of them to write"
                .formatted(blueprint.modelClass()));
      }
      var counts = tracer.input("counts", counts(tracer, scope, blueprint.data().genes()));
      var cells = cells(tracer, blueprint, scope, counts, proteins(tracer, blueprint, scope));
      var latent = model.encode(cells, Pass.atMean());
      var scores = model.scores(latent.mean(), Pass.atMean());
      tracer.output("probability", model.probabilities(scores));
      Facts.note(tracer.graph(), blueprint, "labels", model.latent());
      return tracer.graph().encode();
    }
  }

  /// What the graph of attributions explains.
  public enum Explained {
    /// Scores of labels, before the softmax.
    LABELS,
    /// Dimensions of the latent space.
    LATENT
  }

  /// From counts to integrated gradients, of a model as it is now.
  public static byte[] attributions(Fit fit, Explained explained) {
    return attributions(Blueprint.of(fit), explained);
  }

  /// From counts to integrated gradients.
  ///
  /// @throws IllegalArgumentException if labels are to be explained and the model tells none
  public static byte[] attributions(Blueprint blueprint, Explained explained) {
    try (var scope = Compute.scope();
        var recording = Compute.recording(false);
        var tracer = tracer("attributions", blueprint, scope)) {
      var model = build(tracer, blueprint, scope);
      if (explained == Explained.LABELS && !(model instanceof Labelling)) {
        throw new IllegalArgumentException(
            "%s does not tell labels; explain its latent space".formatted(blueprint.modelClass()));
      }
      var counts = tracer.input("counts", counts(tracer, scope, blueprint.data().genes()));
      var cells = cells(tracer, blueprint, scope, counts, proteins(tracer, blueprint, scope));
      int outputs = explained == Explained.LABELS ? ((Labelling) model).classes() : model.latent();
      var target = tracer.input("target", codes(tracer, scope, outputs, 1).flatten());
      new GradientPath(tracer, model, explained).write(cells, target, outputs);
      Facts.note(tracer.graph(), blueprint, "attributions", model.latent());
      tracer.graph().metadata("explained", explained.name().toLowerCase(Locale.ROOT));
      return tracer.graph().encode();
    }
  }

  private static Tracer tracer(String name, Blueprint blueprint, NDManager scope) {
    var data = blueprint.data();
    var sides = new ArrayList<Long>();
    blueprint
        .state()
        .tensors()
        .values()
        .forEach(tensor -> LongStream.of(tensor.shape()).forEach(sides::add));
    sides.add((long) data.genes());
    sides.add((long) data.batch().size());
    sides.add((long) data.labels().size());
    sides.add((long) data.continuous());
    data.categorical().forEach(covariate -> sides.add((long) covariate.size()));
    sides.add((long) PathRule.STEPS);
    if (data.proteins() != null) {
      sides.add((long) data.proteins().proteins());
    }
    int cells = Tracer.cellsApartFrom(sides.stream().mapToLong(Long::longValue));
    return new Tracer(name, scope, cells);
  }

  private static Model build(Tracer tracer, Blueprint blueprint, NDManager scope) {
    var stored = new StoredWeights(scope, blueprint.state());
    var weights = Weights.of(new TracedWeights(tracer, stored));
    var model =
        Catalogue.build(blueprint.modelClass(), blueprint.config(), blueprint.data(), weights);
    stored.refuseUnused(weights);
    return model;
  }

  /// Counts of surface proteins, null for models that read none.
  private static @Nullable NDArray proteins(Tracer tracer, Blueprint blueprint, NDManager scope) {
    var known = blueprint.data().proteins();
    return known == null ? null : tracer.input("proteins", counts(tracer, scope, known.proteins()));
  }

  private static Batch cells(
      Tracer tracer,
      Blueprint blueprint,
      NDManager scope,
      NDArray counts,
      @Nullable NDArray proteins) {
    var data = blueprint.data();
    var batch = tracer.input("batch", codes(tracer, scope, data.batch().size(), 1).flatten());
    List<NDArray> categorical = new ArrayList<>();
    int covariates = data.categorical().size();
    if (covariates > 0) {
      var all = tracer.input("categorical", codes(tracer, scope, 2, covariates));
      for (int i = 0; i < covariates; i++) {
        categorical.add(all.get(":, %d:%d".formatted(i, i + 1)));
      }
    }
    @Nullable NDArray continuous =
        data.continuous() == 0
            ? null
            : tracer.input("continuous", counts(tracer, scope, data.continuous()));
    // Labels move the dispersion only, which no graph publishes.
    var labels = tracer.manager().zeros(new Shape(tracer.cells(), 1), DataType.INT64);
    return new Batch(
        counts, batch.expandDims(1), labels, null, categorical, continuous, proteins, null);
  }

  /// Made-up values, different from cell to cell.
  private static NDArray counts(Tracer tracer, NDManager scope, int columns) {
    var values = new float[Math.multiplyExact(tracer.cells(), columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 31L + i / columns) % 5;
    }
    return scope.create(values, new Shape(tracer.cells(), columns));
  }

  private static NDArray codes(Tracer tracer, NDManager scope, int categories, int columns) {
    var codes = new long[tracer.cells() * columns];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (i / columns) % categories;
    }
    return scope.create(codes, new Shape(tracer.cells(), columns));
  }
}
