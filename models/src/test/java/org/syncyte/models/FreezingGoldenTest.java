package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.syncyte.models.nn.CategoryBlock;
import org.syncyte.models.nn.Freezing;
import org.syncyte.models.nn.Role;

/// What trains of a model that maps a query, against the reference library.
class FreezingGoldenTest {
  private static final JsonNode CASES = Golden.read("query_mapping_freeze").json();

  static List<String> cases() {
    var names = new ArrayList<String>();
    CASES.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainsAndFreezesTheParametersOfTheReference(String name) {
    var golden = CASES.get(name);
    var freezing = freezing(golden);
    var trainable = texts(golden.get("trainable"));
    var frozen = texts(golden.get("frozen"));
    assertThat(trainable).isNotEmpty().allMatch(freezing::trains);
    assertThat(frozen).isNotEmpty().noneMatch(freezing::trains);
    var masked = new TreeSet<String>();
    golden.get("gradient_mask_first_row").fieldNames().forEachRemaining(masked::add);
    assertThat(trainable.stream().filter(freezing::masks))
        .containsExactlyInAnyOrderElementsOf(masked);
    var norms = new TreeSet<String>();
    for (var parameter : concat(trainable, frozen)) {
      if (parameter.matches(".*fc_layers\\.Layer \\d+\\.1\\.weight")) {
        norms.add(parameter.substring(0, parameter.lastIndexOf('.')));
      }
    }
    assertThat(norms.stream().filter(freezing::keepsStatistics))
        .containsExactlyInAnyOrderElementsOf(texts(golden.get("batchnorm_momentum_zero")));
  }

  /// The models here, built: their parameters are those of the reference, and the columns that move
  /// are the ones that its gradient mask lets through.
  @ParameterizedTest
  @MethodSource("cases")
  void movesTheColumnsThatTheGradientMaskLetsThrough(String which) {
    var golden = CASES.get(which);
    var model = modelClass(which);
    Assumptions.assumeThat(Catalogue.names()).contains(model);
    var config = config(golden);
    try (var network = Network.start(model, config, summary(golden), 0, freezing(golden))) {
      var parameters =
          new TreeSet<>(concat(texts(golden.get("trainable")), texts(golden.get("frozen"))));
      var ours = new TreeSet<String>();
      network.layout().stream()
          .map(tensor -> tensor.name())
          .filter(
              parameter -> !parameter.matches(".*(running_mean|running_var|num_batches_tracked)"))
          .forEach(ours::add);
      assertThat(ours).isEqualTo(parameters);
      var masks = golden.get("gradient_mask_first_row");
      var expected = new TreeMap<String, List<Integer>>();
      masks
          .properties()
          .forEach(mask -> {
            if (integers(mask.getValue()).contains(1)) {
              expected.put(mask.getKey(), integers(mask.getValue()));
            }
          });
      // What the loss does not reach is not trained here, but the mask is the same.
      var freezing = freezing(golden);
      var actual = new TreeMap<String, List<Integer>>();
      for (var tensor : network.layout()) {
        var name = tensor.name();
        if (freezing.trains(name) && !freezing.stays(name, tensor.blocks())) {
          var columns = network.moving(network.array(name));
          if (columns != null) {
            actual.put(
                name, IntStream.range(0, columns.length).mapToObj(i -> (int) columns[i]).toList());
          }
        }
        if (tensor.role() == Role.TRAINED) {
          assertThat(texts(golden.get("trainable"))).contains(name);
        }
      }
      assertThat(actual).isEqualTo(expected);
      assertThat(network.trained()).isNotEmpty();
    }
  }

  @Test
  void freezesTheClassifierWholeUnlessAskedForThePublishedAccident() {
    var norm = "classifier.classifier.0.fc_layers.Layer 0.1";
    assertThat(Freezing.DEFAULT.trains(norm + ".weight")).isFalse();
    assertThat(Freezing.DEFAULT.keepsStatistics(norm)).isTrue();
    var published = freezing(CASES.get("scanvi_mlp"));
    assertThat(published.trains(norm + ".weight")).isTrue();
    assertThat(published.keepsStatistics(norm)).isFalse();
  }

  @Test
  void stopsDropoutOutsideOfFreeModulesOnly() {
    var stopped = new Freezing(false, true, true, true, true, false, false, false);
    assertThat(stopped.stopsDropout("z_encoder.encoder")).isTrue();
    assertThat(stopped.stopsDropout("l_encoder.encoder")).isFalse();
    assertThat(stopped.stopsDropout("classifier.classifier.0")).isFalse();
    assertThat(Freezing.DEFAULT.stopsDropout("z_encoder.encoder")).isFalse();
    assertThat(Freezing.NONE.trains("px_r")).isTrue();
    assertThat(Freezing.NONE.masks("z_encoder.encoder.fc_layers.Layer 0.0.weight")).isFalse();
    assertThat(Freezing.DEFAULT.stays("z_encoder.encoder.fc_layers.Layer 0.0.weight", List.of()))
        .isTrue();
    assertThat(
            Freezing.DEFAULT.stays(
                "z_encoder.encoder.fc_layers.Layer 0.0.weight",
                List.of(new CategoryBlock(1, 5, "batch", "a"))))
        .isFalse();
  }

  private static Freezing freezing(JsonNode golden) {
    var options = golden.get("options");
    var usual = Freezing.DEFAULT;
    return new Freezing(
        options.path("unfrozen").asBoolean(usual.unfrozen()),
        options.path("freeze_dropout").asBoolean(usual.dropout()),
        options.path("freeze_expression").asBoolean(usual.expression()),
        options.path("freeze_decoder_first_layer").asBoolean(usual.decoderFirstLayer()),
        options.path("freeze_batchnorm_encoder").asBoolean(usual.batchNormEncoder()),
        options.path("freeze_batchnorm_decoder").asBoolean(usual.batchNormDecoder()),
        options.path("freeze_classifier").asBoolean(usual.classifier()),
        true);
  }

  private static String modelClass(String name) {
    var first = name.replaceFirst("_.*", "");
    return switch (first) {
      case "totalvi" -> "TOTALVI";
      case "totalanvi" -> "TOTALANVI";
      default -> first.toUpperCase(java.util.Locale.ROOT);
    };
  }

  private static Map<String, String> config(JsonNode golden) {
    var config = new LinkedHashMap<String, String>();
    golden
        .get("dimensions")
        .properties()
        .forEach(entry -> {
          if (!List.of("positional_0", "positional_1", "n_batch", "n_labels", "n_panel")
              .contains(entry.getKey())) {
            config.put(entry.getKey(), entry.getValue().asText());
          }
        });
    return config;
  }

  private static Summary summary(JsonNode golden) {
    var dimensions = golden.get("dimensions");
    return new Summary(
        dimensions.get("positional_0").asInt(),
        Golden.covariate("batch", dimensions.get("n_batch").asInt()),
        Golden.covariate("labels", dimensions.path("n_labels").asInt(1)),
        List.of(),
        0,
        false,
        dimensions.has("n_panel")
            ? new ProteinPanels(
                dimensions.get("positional_1").asInt(),
                Golden.covariate("batch", dimensions.get("n_panel").asInt()),
                List.of())
            : null);
  }

  private static List<String> texts(JsonNode node) {
    var texts = new ArrayList<String>();
    node.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<Integer> integers(JsonNode node) {
    var integers = new ArrayList<Integer>();
    node.forEach(value -> integers.add(value.asInt()));
    return integers;
  }

  private static List<String> concat(List<String> first, List<String> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
