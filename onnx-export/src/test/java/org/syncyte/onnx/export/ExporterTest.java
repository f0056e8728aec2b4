package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Batch;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Labelling;
import org.syncyte.models.Summary;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.nn.FreshWeights;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;
import org.syncyte.onnx.runtime.FactKeys;
import org.syncyte.onnx.runtime.OnnxModel;

/// The traced graph against the model itself, for several numbers of cells.
class ExporterTest {
  private static final int GENES = 60;
  private static final int[] SIZES = {1, 7, 128};

  /// A model to export, with its name in reports.
  record Case(String name, Map<String, String> config, Summary data) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    var plain = summary(3, List.of(), 0, false);
    var covariates =
        summary(
            3,
            List.of(new Covariate("donor", names("d", 4)), new Covariate("sex", names("s", 2))),
            2,
            false);
    var layers = Map.of("n_layers", "3", "n_hidden", "32", "encode_covariates", "true");
    return Stream.of(
        new Case("defaults, batch norm", Map.of(), plain),
        new Case("one batch", Map.of(), summary(1, List.of(), 0, false)),
        new Case(
            "layer norm, encoded batch",
            Map.of("use_batch_norm", "none", "use_layer_norm", "both", "encode_covariates", "true"),
            plain),
        new Case("three layers, covariates", layers, covariates),
        new Case(
            "three layers, covariates at the first",
            with(layers, "deeply_inject_covariates", "false"),
            covariates),
        new Case("both norms", with(layers, "use_layer_norm", "both"), covariates),
        new Case(
            "embedding",
            Map.of("batch_representation", "embedding", "encode_covariates", "true"),
            covariates),
        new Case("logistic normal", Map.of("latent_distribution", "ln"), plain),
        new Case("negative binomial", Map.of("gene_likelihood", "nb"), plain),
        new Case("dispersion of each batch", Map.of("dispersion", "gene-batch"), plain),
        new Case("dispersion of each cell", Map.of("dispersion", "gene-cell"), plain),
        new Case("size factor", Map.of(), summary(2, List.of(), 0, true)),
        new Case("raw counts", Map.of("log_variational", "false"), plain));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void latentEqualsEager(Case subject) {
    var blueprint = blueprint(subject, 11);
    try (var onnx = OnnxModel.open(Exporter.latent(blueprint), 1);
        var scope = Compute.scope();
        var recording = Compute.recording(false)) {
      var model = build(blueprint, scope);
      for (int cells : SIZES) {
        var inputs = inputs(blueprint.data(), cells, false, 0);
        var eager = model.inference(batch(scope, inputs, cells), Pass.atMean()).latent();
        var result = onnx.run(inputs);
        assertSame(result.at("qz_mean"), eager.mean(), cells);
        assertSame(result.at("qz_var"), eager.variance(), cells);
      }
    }
  }

  static Stream<Case> labellingCases() {
    var covariates = summary(3, List.of(new Covariate("donor", names("d", 4))), 1, false);
    return Stream.of(
        new Case("defaults", Map.of(), summary(2, List.of(), 0, false)),
        new Case("linear classifier", Map.of("linear_classifier", "true"), covariates),
        new Case(
            "two layers, encoded covariates, layer norm",
            Map.of("n_layers", "2", "encode_covariates", "true", "use_layer_norm", "both"),
            covariates),
        new Case(
            "classifier that ends in probabilities",
            Map.of("classifier_parameters.logits", "false"),
            covariates));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("labellingCases")
  void labelsAndLatentOfScanviEqualEager(Case subject) {
    var blueprint = blueprint("SCANVI", subject, 13);
    try (var latent = OnnxModel.open(Exporter.latent(blueprint), 1);
        var labels = OnnxModel.open(Exporter.labels(blueprint), 1);
        var scope = Compute.scope();
        var recording = Compute.recording(false)) {
      var model = (Labelling) build(blueprint, scope);
      for (int cells : SIZES) {
        var inputs = inputs(blueprint.data(), cells, false, 0);
        var eager = model.encode(batch(scope, inputs, cells), Pass.atMean());
        assertSame(latent.run(inputs).at("qz_mean"), eager.mean(), cells);
        var probabilities = model.probabilities(model.scores(eager.mean(), Pass.atMean()));
        assertSame(labels.run(inputs).at("probability"), probabilities, cells);
      }
      assertThat(labels.metadata().get(FactKeys.LABELS))
          .isEqualTo(String.join("\n", blueprint.data().labels().categories()));
    }
  }

  @Test
  void refusesToWriteLabelsOfAModelThatHasNone() {
    var blueprint = blueprint(new Case("plain", Map.of(), summary(2, List.of(), 0, false)), 14);
    assertThatThrownBy(() -> Exporter.labels(blueprint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SCVI");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void expressionEqualsEager(Case subject) {
    var blueprint = blueprint(subject, 12);
    try (var onnx = OnnxModel.open(Exporter.expression(blueprint), 1);
        var scope = Compute.scope();
        var recording = Compute.recording(false)) {
      var model = build(blueprint, scope);
      for (int cells : SIZES) {
        var inputs = inputs(blueprint.data(), cells, true, model.latent());
        var z = array(scope, inputs, "z");
        var library = array(scope, inputs, "library").reshape(cells, 1).log();
        var posterior = model.cached(new Normal(z, z.mul(0)), library, Pass.atMean());
        var eager = model.generative(batch(scope, inputs, cells), posterior, Pass.atMean());
        var result = onnx.run(inputs);
        assertSame(result.at("scale"), eager.scale(), cells);
        assertSame(result.at("mean"), eager.rate(), cells);
      }
    }
  }

  @Test
  void notesNamesOfGenesAndCategories() {
    var subject = cases().filter(c -> c.name().equals("both norms")).findFirst().orElseThrow();
    var blueprint = blueprint(subject, 1);
    try (var onnx = OnnxModel.open(Exporter.latent(blueprint), 1)) {
      assertThat(onnx.metadata())
          .containsEntry("role", "latent")
          .containsEntry("model_class", "SCVI")
          .containsEntry("n_latent", "10")
          .containsEntry("genes", String.join("\n", names("g", GENES)))
          .containsEntry("batches", "b0\nb1\nb2")
          .containsEntry("labels", "l0\nl1")
          .containsEntry("batch_key", "site")
          .containsEntry("labels_key", "cell_type")
          .containsEntry("categorical", "donor\nsex")
          .containsEntry("categorical.donor", "d0\nd1\nd2\nd3")
          .containsEntry("config.n_layers", "3");
      assertThat(onnx.inputs())
          .containsExactlyInAnyOrder("counts", "batch", "categorical", "continuous");
    }
  }

  @Test
  void sameModelYieldsSameBytes() {
    var blueprint = blueprint(cases().findFirst().orElseThrow(), 1);
    assertThat(Exporter.latent(blueprint)).isEqualTo(Exporter.latent(blueprint));
  }

  @Test
  void leavesOutWhatNoOutputNeeds() {
    var blueprint = blueprint(cases().findFirst().orElseThrow(), 1);
    long weights = 0;
    for (var tensor : blueprint.state().tensors().entrySet()) {
      if (tensor.getKey().startsWith("z_encoder") && tensor.getValue() instanceof Tensor.Floats f) {
        weights += 4L * f.values().length;
      }
    }
    assertThat((long) Exporter.latent(blueprint).length).isBetween(weights, weights + 6000);
  }

  @Test
  void refusesStateOfAnotherModel() {
    var blueprint = blueprint(cases().findFirst().orElseThrow(), 1);
    var tensors = new LinkedHashMap<>(blueprint.state().tensors());
    tensors.remove("px_r");
    var broken =
        new Blueprint(
            "SCVI",
            blueprint.config(),
            blueprint.data(),
            blueprint.genes(),
            blueprint.continuous(),
            null,
            null,
            new StateDict(tensors));
    assertThatThrownBy(() -> Exporter.latent(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("px_r");
  }

  private static void assertSame(Dense traced, NDArray eager, int cells) {
    var difference = Difference.of(traced.values(), eager.toFloatArray());
    assertThat(difference.relative()).as("%d cells: %s", cells, difference).isLessThan(1e-5);
  }

  private static Summary summary(
      int batches, List<Covariate> categorical, int continuous, boolean sizeFactor) {
    return new Summary(
        GENES,
        new Covariate("batch", names("b", batches)),
        new Covariate("labels", names("l", 2)),
        categorical,
        continuous,
        sizeFactor);
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static Map<String, String> with(Map<String, String> config, String key, String value) {
    var all = new LinkedHashMap<>(config);
    all.put(key, value);
    return all;
  }

  /// Fresh weights, with running statistics as training would have moved them.
  private static Blueprint blueprint(Case subject, long seed) {
    return blueprint("SCVI", subject, seed);
  }

  private static Blueprint blueprint(String modelClass, Case subject, long seed) {
    try (var scope = Compute.scope()) {
      var weights = Weights.of(new FreshWeights(scope, seed));
      Catalogue.build(modelClass, subject.config(), subject.data(), weights);
      var random = new Random(seed);
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var layout : weights.layout()) {
        var array = weights.arrays().get(layout.name());
        if (array == null) {
          throw new AssertionError(layout.name());
        }
        if (array.getDataType() == DataType.INT64) {
          tensors.put(layout.name(), new Tensor.Longs(layout.shape(), array.toLongArray()));
          continue;
        }
        float[] values = array.toFloatArray();
        if (layout.role() == Role.STATISTIC || layout.name().contains("Layer 0.1.")) {
          for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f + random.nextFloat();
          }
        }
        tensors.put(layout.name(), new Tensor.Floats(layout.shape(), values));
      }
      return new Blueprint(
          modelClass,
          subject.config(),
          subject.data(),
          names("g", GENES),
          names("c", subject.data().continuous()),
          "site",
          "cell_type",
          new StateDict(tensors));
    }
  }

  private static org.syncyte.models.Model build(Blueprint blueprint, NDManager scope) {
    return Catalogue.build(
        blueprint.modelClass(),
        blueprint.config(),
        blueprint.data(),
        Weights.of(new StoredWeights(scope, blueprint.state())));
  }

  private static Map<String, Tensor> inputs(
      Summary data, int cells, boolean expression, int latent) {
    var random = new Random(cells);
    var inputs = new LinkedHashMap<String, Tensor>();
    if (expression) {
      inputs.put("z", floats(cells, latent, () -> (float) random.nextGaussian()));
      inputs.put("library", floats(cells, 0, () -> 100 + random.nextInt(3000)));
    } else {
      inputs.put("counts", floats(cells, GENES, () -> Math.max(0, random.nextInt(12) - 6)));
    }
    inputs.put("batch", longs(cells, 0, () -> random.nextInt(data.batch().size())));
    int covariates = data.categorical().size();
    if (covariates > 0) {
      inputs.put("categorical", longs(cells, covariates, () -> random.nextInt(2)));
    }
    if (data.continuous() > 0) {
      inputs.put(
          "continuous", floats(cells, data.continuous(), () -> (float) random.nextGaussian()));
    }
    return inputs;
  }

  private static Tensor floats(
      int cells, int columns, java.util.function.Supplier<? extends Number> next) {
    var values = new float[cells * Math.max(columns, 1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.get().floatValue();
    }
    return new Tensor.Floats(shape(cells, columns), values);
  }

  private static Tensor longs(int cells, int columns, java.util.function.IntSupplier next) {
    var values = new long[cells * Math.max(columns, 1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.getAsInt();
    }
    return new Tensor.Longs(shape(cells, columns), values);
  }

  private static long[] shape(int cells, int columns) {
    return columns == 0 ? new long[] {cells} : new long[] {cells, columns};
  }

  private static NDArray array(NDManager scope, Map<String, Tensor> inputs, String name) {
    return switch (inputs.get(name)) {
      case Tensor.Floats(long[] shape, float[] values) -> scope.create(values, new Shape(shape));
      case Tensor.Longs(long[] shape, long[] values) -> scope.create(values, new Shape(shape));
      case null -> throw new AssertionError(name);
    };
  }

  private static Batch batch(NDManager scope, Map<String, Tensor> inputs, int cells) {
    var categorical = new ArrayList<NDArray>();
    if (inputs.containsKey("categorical")) {
      var all = array(scope, inputs, "categorical");
      for (long i = 0; i < all.size(1); i++) {
        categorical.add(all.get(":, %d:%d".formatted(i, i + 1)));
      }
    }
    var counts =
        inputs.containsKey("counts")
            ? array(scope, inputs, "counts")
            : scope.zeros(new Shape(cells, GENES));
    return new Batch(
        counts,
        array(scope, inputs, "batch").reshape(cells, 1),
        scope.zeros(new Shape(cells, 1), DataType.INT64),
        null,
        categorical,
        inputs.containsKey("continuous") ? array(scope, inputs, "continuous") : null);
  }
}
