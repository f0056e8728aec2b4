package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.nn.Covariate;

/// A golden case: constructor arguments, weights, inputs, noise and outputs of the reference.
record Golden(JsonNode json) {
  static Golden read(String name) {
    try (var in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
      return new Golden(new ObjectMapper().readTree(in));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Summary summary() {
    var config = json.get("config");
    var categorical = new ArrayList<Covariate>();
    for (var size : config.path("n_cats_per_cov")) {
      categorical.add(covariate("cat" + categorical.size(), size.asInt()));
    }
    return new Summary(
        config.has("n_input") ? config.get("n_input").asInt() : config.get("n_input_genes").asInt(),
        covariate("batch", config.get("n_batch").asInt()),
        covariate("labels", Math.max(1, config.get("n_labels").asInt())),
        categorical,
        config.path("n_continuous_cov").asInt(),
        false,
        config.has("n_input_proteins") ? panels(config) : null);
  }

  private ProteinPanels panels(JsonNode config) {
    int panels = config.get("n_batch").asInt();
    var measured = new ArrayList<List<Boolean>>();
    for (int r = 0; r < panels; r++) {
      var row = new ArrayList<Boolean>();
      json.get("protein_batch_mask").get(Integer.toString(r)).forEach(x -> row.add(x.asBoolean()));
      measured.add(row);
    }
    return new ProteinPanels(
        config.get("n_input_proteins").asInt(), covariate("batch", panels), measured);
  }

  static Covariate covariate(String name, int size) {
    return new Covariate(name, IntStream.range(0, size).mapToObj(i -> name + "-" + i).toList());
  }

  Map<String, String> config() {
    var data =
        List.of(
            "n_input",
            "n_input_genes",
            "n_input_proteins",
            "n_panel",
            "n_batch",
            "n_labels",
            "n_continuous_cov",
            "n_cats_per_cov");
    var config = new LinkedHashMap<String, String>();
    for (var entry : json.get("config").properties()) {
      if (!data.contains(entry.getKey())) {
        config.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return config;
  }

  StateDict state() {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var entry : json.get("state_dict").properties()) {
      var values = floats(entry.getValue());
      var shape = shape(entry.getValue()).getShape();
      tensors.put(
          entry.getKey(),
          entry.getKey().endsWith("num_batches_tracked")
              ? new Tensor.Longs(shape, new long[] {(long) values[0]})
              : new Tensor.Floats(shape, values));
    }
    return new StateDict(tensors);
  }

  Batch batch(NDManager arrays) {
    return batch(arrays, "inputs");
  }

  Batch batch(NDManager arrays, String name) {
    var inputs = json.get(name);
    var categorical = new ArrayList<NDArray>();
    if (inputs.has("extra_categorical_covs")) {
      var all = array(arrays, inputs.get("extra_categorical_covs")).toType(DataType.INT64, false);
      for (int i = 0; i < all.getShape().get(1); i++) {
        categorical.add(all.get(":," + i + ":" + (i + 1)));
      }
    }
    return new Batch(
        array(arrays, inputs.get("X")),
        array(arrays, inputs.get("batch")).toType(DataType.INT64, false),
        array(arrays, inputs.get("labels")).toType(DataType.INT64, false),
        null,
        categorical,
        inputs.has("extra_continuous_covs")
            ? array(arrays, inputs.get("extra_continuous_covs"))
            : null,
        inputs.has("proteins") ? array(arrays, inputs.get("proteins")) : null,
        null,
        inputs.has("nan_layer") ? array(arrays, inputs.get("nan_layer")) : null,
        null);
  }

  Noise noise() {
    return noise(-1);
  }

  /// @param unused place of a draw that the reference makes for nothing, or -1
  Noise noise(int unused) {
    Queue<JsonNode> draws = new ArrayDeque<>();
    for (int i = 0; i < json.get("noise").size(); i++) {
      if (i != unused) {
        draws.add(json.get("noise").get(i));
      }
    }
    return new Noise() {
      @Override
      public NDArray normal(NDArray like) {
        return array(like.getManager(), draws.remove());
      }

      @Override
      public NDArray keep(NDArray like, double rate) {
        throw new AssertionError("no dropout in golden cases");
      }
    };
  }

  static NDArray array(NDManager arrays, JsonNode node) {
    return arrays.create(floats(node), shape(node));
  }

  static float[] floats(JsonNode node) {
    var data = node.get("data");
    var values = new float[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) data.get(i).asDouble();
    }
    return values;
  }

  private static Shape shape(JsonNode node) {
    var sides = node.get("shape");
    var shape = new long[sides.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sides.get(i).asLong();
    }
    return new Shape(shape);
  }

  void assertOutput(String name, @Nullable NDArray actual, double tolerance) {
    assertClose(name, actual, json.get("outputs").get(name), tolerance);
  }

  /// Relative to `1 + |expected|`; an expected row may stand for all rows.
  static void assertClose(
      String name, @Nullable NDArray actual, JsonNode expected, double tolerance) {
    var want = floats(expected);
    var got = Objects.requireNonNull(actual).toFloatArray();
    Assertions.assertThat(want.length % got.length).as(name + " length").isZero();
    for (int i = 0; i < want.length; i++) {
      Assertions.assertThat((double) got[i % got.length])
          .as("%s[%d]", name, i)
          .isCloseTo(want[i], Offset.offset(tolerance * (1 + Math.abs(want[i]))));
    }
  }
}
