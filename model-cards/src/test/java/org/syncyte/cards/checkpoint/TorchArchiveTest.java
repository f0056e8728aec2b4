package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchArchiveTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scvi-torch1.13.pt",
        "scanvi-torch1.13.pt",
        "scvi-torch2.13-pandas2.pt",
        "scvi-torch2.13-pandas3.pt",
        "scvi-handwritten.pt",
        "scvi-numpy2-names.pt"
      })
  void readsEveryGenerationBitForBit(String name) {
    var expected = Fixtures.json("expected.json");
    var model = TorchArchive.read(Fixtures.bytes(name));

    assertThat(model.state().tensors().keySet()).containsExactlyElementsOf(names(expected));
    expected
        .get("tensors")
        .properties()
        .forEach(entry -> same(model.state().tensors().get(entry.getKey()), entry.getValue()));
    assertThat(model.varNames()).isEqualTo(texts(expected.get("var_names")));
    assertThat(model.attributes()).containsEntry("is_trained_", true);
    assertThat(numbers(model.attributes().get("train_indices_")))
        .isEqualTo(integers(expected.get("train_indices_")));
    assertThat(numbers(model.attributes().get("validation_indices_")))
        .isEqualTo(integers(expected.get("validation_indices_")));
    var registry = map(model.attributes().get("registry_"));
    assertThat(at(registry, "field_registries", "batch", "state_registry", "categorical_mapping"))
        .isEqualTo(texts(expected.get("batch_mapping")));
    assertThat(at(registry, "field_registries", "X", "state_registry", "column_names"))
        .isEqualTo(model.varNames());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scvi-torch1.13.pt",
        "scvi-torch2.13-pandas2.pt",
        "scvi-torch2.13-pandas3.pt",
        "scvi-handwritten.pt"
      })
  void readsHistoryTablesOfEveryPandas(String name) {
    var model = TorchArchive.read(Fixtures.bytes(name));
    assertThat(model.attributes().get("history_"))
        .isEqualTo(
            Map.of("elbo_train", List.of(31.5, 28.25), "validation_loss", List.of(30.0, 29.5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scvi133-scvi", "scvi133-scvi-minified", "scvi133-scanvi"})
  void readsFilesOfTheRealLibrary(String name) {
    var expected = Fixtures.json("scvi133.structure.json").get(name);
    var model = TorchArchive.read(Fixtures.bytes(name + ".pt"));

    var tensors = model.state().tensors();
    assertThat(tensors.keySet()).containsExactlyElementsOf(names(expected));
    expected
        .get("tensors")
        .properties()
        .forEach(entry -> {
          var values = doubles(tensors.get(entry.getKey()));
          var facts = entry.getValue();
          assertThat(values[0]).isEqualTo(facts.get("first").doubleValue());
          double sum = Arrays.stream(values).sum();
          assertThat(sum).isCloseTo(facts.get("sum").doubleValue(), within(1e-9 * values.length));
        });
    assertThat(model.attributes()).containsOnlyKeys(fields(expected.get("attrs")));
    assertThat(model.attributes().get("init_params_"))
        .isEqualTo(plain(expected.get("init_params_")));
    var registry = map(model.attributes().get("registry_"));
    assertThat(registry.get("setup_args")).isEqualTo(plain(expected.get("setup_args")));
    expected
        .get("summary_stats")
        .properties()
        .forEach(field ->
            assertThat(at(registry, "field_registries", field.getKey(), "summary_stats"))
                .isEqualTo(plain(field.getValue())));
    var history = map(model.attributes().get("history_"));
    assertThat(history.keySet().stream().map(String::valueOf).toList())
        .containsExactlyInAnyOrderElementsOf(texts(expected.get("history_keys")));
    assertThat(history.values()).allSatisfy(v -> assertThat(v).isInstanceOf(List.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scvi133-scvi", "scvi133-scvi-minified", "scvi133-scanvi"})
  void writesThePortablePickleByteForByte(String name) throws IOException {
    var model = TorchArchive.read(Fixtures.bytes(name + ".pt"));
    var ours = ZipArchive.open(Source.of(TorchArchive.encode(model)));
    var reference = ZipArchive.open(Source.of(Fixtures.bytes(name + ".portable.pt")));

    assertThat(ours.names()).containsExactlyElementsOf(reference.names());
    for (var member : reference.names()) {
      assertThat(ours.read(member)).as(member).isEqualTo(reference.read(member));
    }
  }

  @Test
  void alignsTensorsToSixtyFourBytes() {
    var bytes = TorchArchive.encode(TorchArchive.read(Fixtures.bytes("scvi133-scvi.pt")));
    var text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = 0;
    int seen = 0;
    while ((at = text.indexOf("PK\3\4", at)) >= 0) {
      int name = bytes[at + 26] & 0xff | (bytes[at + 27] & 0xff) << 8;
      int extra = bytes[at + 28] & 0xff | (bytes[at + 29] & 0xff) << 8;
      assertThat((at + 30 + name + extra) % 64).isZero();
      at += 30;
      seen++;
    }
    assertThat(seen).isEqualTo(53);
  }

  @Test
  void survivesWritingAndReading() throws IOException {
    var attributes = new LinkedHashMap<String, @Nullable Object>();
    attributes.put("is_trained_", true);
    attributes.put("unlabeled_category_", "Unbekannt – 未知");
    attributes.put("run_id_", null);
    attributes.put(
        "numbers_",
        List.of(0L, 255L, 256L, 65_535L, 65_536L, -1L, 1L << 31, Long.MIN_VALUE, Long.MAX_VALUE));
    attributes.put("reals_", Arrays.asList(0.1, -0.0, Double.NaN, Double.POSITIVE_INFINITY));
    attributes.put("nested_", Map.of("a", List.of(List.of(1L), List.of())));
    attributes.put("init_params_", Map.of("non_kwargs", Map.of("n_latent", 10L)));
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("w", new Tensor.Floats(new long[] {2, 1, 1, 2}, new float[] {1, -0f, 3e38f, 4}));
    tensors.put("n", new Tensor.Longs(new long[0], new long[] {Long.MIN_VALUE}));
    tensors.put("Layer 0.0", new Tensor.Floats(new long[] {0, 3}, new float[0]));
    var model = new SavedModel(new StateDict(tensors), List.of("g1", "g2"), attributes);

    var file = folder.resolve("model.pt");
    TorchArchive.write(model, file);
    var read = TorchArchive.read(file);

    assertThat(read.attributes()).isEqualTo(attributes);
    assertThat(read.varNames()).isEqualTo(model.varNames());
    assertThat(read.state().tensors().keySet()).isEqualTo(tensors.keySet());
    assertThat(Safetensors.encode(read.state())).isEqualTo(Safetensors.encode(model.state()));
    assertThat(TorchArchive.encode(read)).isEqualTo(Files.readAllBytes(file));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void keepsArraysAmongConstructorArguments() {
    var indices = new Tensor.Longs(new long[] {2, 2}, new long[] {4, 3, -2, 1L << 40});
    var weights = new StateDict(Map.of("w", new Tensor.Floats(new long[] {1}, new float[] {1})));
    var model =
        new SavedModel(
            weights,
            List.of("g"),
            Map.of(
                "init_params_",
                Map.of("non_kwargs", Map.of("pseudoinputs_data_indices", indices)),
                "other_",
                indices));
    var read = TorchArchive.read(TorchArchive.encode(model));
    assertThat(
            at(
                map(read.attributes().get("init_params_")),
                "non_kwargs",
                "pseudoinputs_data_indices"))
        .usingRecursiveComparison()
        .isEqualTo(indices);
    assertThat(read.attributes().get("other_"))
        .isEqualTo(List.of(List.of(4L, 3L), List.of(-2L, 1L << 40)));
  }

  @Test
  void leavesOutPerCellLabels() {
    var model = TorchArchive.read(Fixtures.bytes("scvi133-scanvi.pt"));
    assertThat((List<?>) model.attributes().get("labels_")).hasSize(120);
    assertThat(TorchArchive.read(TorchArchive.encode(model)).attributes())
        .doesNotContainKey("labels_")
        .containsEntry("train_indices_", null)
        .containsEntry("history_", null);
  }

  @Test
  void refusesAFileOfOldTorchWithAWayOut() {
    byte[] old = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};
    assertThatThrownBy(() -> TorchArchive.read(old))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("newer torch");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 21, 100, 5_000, 43_000, 43_932})
  void refusesTruncatedFile(int length) {
    var part = Arrays.copyOf(Fixtures.bytes("scvi133-scvi.pt"), length);
    assertThatThrownBy(() -> TorchArchive.read(part)).isInstanceOf(CheckpointException.class);
  }

  static @Nullable Object at(Map<?, ?> map, String... keys) {
    Object value = map;
    for (var key : keys) {
      value = map(value).get(key);
    }
    return value;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static void same(@Nullable Tensor tensor, JsonNode expected) {
    if (tensor == null) {
      throw new AssertionError("tensor is missing");
    }
    assertThat(tensor.shape())
        .isEqualTo(integers(expected.get("shape")).stream().mapToLong(Long::longValue).toArray());
    assertThat(tensor)
        .isInstanceOf(
            expected.get("dtype").asText().equals("int64")
                ? Tensor.Longs.class
                : Tensor.Floats.class);
    var values = new ArrayList<Double>();
    expected.get("values").forEach(value -> values.add(value.doubleValue()));
    assertThat(doubles(tensor)).containsExactly(values.toArray(Double[]::new));
  }

  private static double[] doubles(@Nullable Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats(_, var values) -> {
        var doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
          doubles[i] = values[i];
        }
        yield doubles;
      }
      case Tensor.Longs(_, var values) -> Arrays.stream(values).asDoubleStream().toArray();
      case null -> throw new AssertionError("tensor is missing");
    };
  }

  private static List<Long> numbers(@Nullable Object value) {
    return switch (value) {
      case Tensor.Longs(_, var values) -> Arrays.stream(values).boxed().toList();
      case List<?> list -> list.stream().map(item -> (Long) item).toList();
      case null, default -> throw new AssertionError("not numbers: " + value);
    };
  }

  private static List<String> names(JsonNode expected) {
    return expected.get("tensors").properties().stream().map(Map.Entry::getKey).toList();
  }

  private static String[] fields(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toArray(String[]::new);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static List<Long> integers(JsonNode array) {
    var numbers = new ArrayList<Long>();
    array.forEach(item -> numbers.add(item.longValue()));
    return numbers;
  }

  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      var map = new LinkedHashMap<String, @Nullable Object>();
      node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
      return map;
    }
    if (node.isArray()) {
      var list = new ArrayList<@Nullable Object>();
      node.forEach(item -> list.add(plain(item)));
      return list;
    }
    return node.isNull()
        ? null
        : node.isBoolean()
            ? (Object) node.booleanValue()
            : node.isIntegralNumber()
                ? (Object) node.longValue()
                : node.isNumber() ? (Object) node.doubleValue() : node.asText();
  }
}
