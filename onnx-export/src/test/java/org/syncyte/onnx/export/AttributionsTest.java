package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.Attributions;
import org.syncyte.models.tasks.IntegratedGradients;
import org.syncyte.onnx.runtime.OnnxAttributions;
import org.syncyte.onnx.runtime.OnnxException;
import org.syncyte.onnx.runtime.OnnxModel;

/// Integrated gradients of the graph against those by autograd.
class AttributionsTest {
  private static final int CELLS = 40;
  private static final int GENES = 30;

  record Case(String modelClass, Map<String, String> config, boolean covariates) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("SCVI", Map.of(), false),
        new Case(
            "SCVI", Map.of("n_hidden", "32", "n_layers", "3", "encode_covariates", "true"), true),
        new Case("SCVI", Map.of("use_layer_norm", "both", "log_variational", "false"), false),
        new Case(
            "SCANVI", Map.of("n_hidden", "32", "n_layers", "2", "encode_covariates", "true"), true),
        new Case("SCANVI", Map.of("linear_classifier", "true"), false),
        new Case("TOTALVI", Map.of("n_hidden", "32"), false),
        new Case("TOTALANVI", Map.of("n_hidden", "32"), false),
        new Case(
            "SCANVI",
            Map.of("classifier_parameters.logits", "false", "use_layer_norm", "both"),
            false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void graphAndAutogradAgree(Case subject) {
    var cells = cells();
    boolean labels = subject.modelClass.endsWith("ANVI");
    var setup =
        new Setup(null, "site", "type", null, labels ? "?" : null)
            .withProteins(
                subject.modelClass.startsWith("TOTAL") ? new ProteinKeys("antibodies") : null);
    var registry =
        Registry.of(
            cells,
            setup,
            subject.covariates ? List.of("donor") : List.of(),
            subject.covariates ? List.of("age") : List.of());
    try (var fit = Fit.start(subject.modelClass, subject.config, registry, 5)) {
      fit.load(moved(fit.state()));
      var data = registry.bind(cells);
      var standard = IntegratedGradients.Options.STANDARD;
      check(
          IntegratedGradients.ofLatent(fit, data, 3, standard),
          Exporter.attributions(fit, Exporter.Explained.LATENT),
          data);
      if (labels) {
        assertThat(fit.registry().classes()).containsExactly("a", "b", "c");
        var graph = Exporter.attributions(fit, Exporter.Explained.LABELS);
        check(IntegratedGradients.ofLabels(fit, data, standard), graph, data);
        check(IntegratedGradients.ofLabel(fit, data, "b", standard), graph, data);
      } else {
        assertThatThrownBy(() -> Exporter.attributions(fit, Exporter.Explained.LABELS))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(subject.modelClass);
      }
    }
  }

  private static void check(
      Attributions eager, byte[] graph, org.syncyte.anndata.loader.DataSource data) {
    try (var model = OnnxModel.open(graph, 1)) {
      var traced = OnnxAttributions.of(model, data, eager.targets());
      var difference = Difference.of(traced.attribution().values(), eager.values().values());
      assertThat(difference.absolute() / largest(eager)).as("%s", difference).isLessThan(5e-6);
      double moved = Arrays.stream(eager.change()).map(Math::abs).max().orElse(0);
      assertThat(moved).isGreaterThan(1e-3);
      for (int cell = 0; cell < traced.change().length; cell++) {
        assertThat(Math.abs(traced.change()[cell] - eager.change()[cell]) / moved).isLessThan(1e-5);
      }
      assertThatThrownBy(
              () -> OnnxAttributions.of(model, data, new int[eager.targets().length - 1]))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("targets");
    }
  }

  private static double largest(Attributions attributions) {
    double largest = 0;
    for (float value : attributions.values().values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void namesTheOperatorThatHasNoGradient() {
    try (var scope = org.syncyte.models.engine.Compute.scope();
        var tracer = new Tracer("test", scope, 17)) {
      var x = tracer.input("x", scope.ones(new ai.djl.ndarray.types.Shape(17, 3)));
      var y = x.add(1f).floor();
      assertThatThrownBy(() -> Gradient.of(tracer, y, y.mul(0f).add(1f), x))
          .isInstanceOf(UntraceableException.class)
          .hasMessageContaining("'floor'");
    }
  }

  /// Statistics as training would have moved them.
  private static StateDict moved(StateDict state) {
    var random = new Random(2);
    var tensors = new LinkedHashMap<String, Tensor>();
    state
        .tensors()
        .forEach((name, tensor) -> {
          if (name.contains("Layer 0.1.") && tensor instanceof Tensor.Floats(var shape, var old)) {
            var values = old.clone();
            for (int i = 0; i < values.length; i++) {
              values[i] = 0.5f + random.nextFloat();
            }
            tensors.put(name, new Tensor.Floats(shape, values));
          } else {
            tensors.put(name, tensor);
          }
        });
    return new StateDict(tensors);
  }

  private static AnnData cells() {
    var random = new Random(1);
    var counts = new float[CELLS * GENES];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.max(0, random.nextInt(16) - 9);
    }
    var sites = new int[CELLS];
    var types = new int[CELLS];
    var donors = new int[CELLS];
    var ages = new double[CELLS];
    for (int c = 0; c < CELLS; c++) {
      sites[c] = c % 3;
      types[c] = c % 4;
      donors[c] = c / 2 % 3;
      ages[c] = random.nextGaussian();
    }
    var obs =
        DataFrame.of(new ArrayList<>(IntStream.range(0, CELLS).mapToObj(c -> "c" + c).toList()))
            .with("site", new Column.Categorical(sites, List.of("x", "y", "z"), false))
            .with("type", new Column.Categorical(types, List.of("a", "b", "c", "?"), false))
            .with("donor", new Column.Categorical(donors, List.of("p", "q", "r"), false))
            .with("age", new Column.Floats(ages, false));
    var proteins = new float[CELLS * 4];
    for (int i = 0; i < proteins.length; i++) {
      proteins[i] = random.nextInt(60);
    }
    return AnnData.of(
            new Dense(CELLS, GENES, counts),
            obs,
            DataFrame.of(IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList()))
        .withObsm("antibodies", new Dense(CELLS, 4, proteins, List.of("p", "q", "r", "s")));
  }
}
