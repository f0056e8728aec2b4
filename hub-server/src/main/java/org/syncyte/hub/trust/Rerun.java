package org.syncyte.hub.trust;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.RegistryFacts;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.onnx.runtime.CellCodes;
import org.syncyte.onnx.runtime.OnnxModel;

/// Runs the graphs of a commit on up to 256 of its cells.
///
///     stored latents ─► expression.onnx ─► scale (sums to one), mean
///     counts, stored or decoded ─► model.onnx ─► latents, held against the stored ones
///     the same counts ─► labels.onnx ─► probabilities (sum to one)
///
/// Stored counts must give the stored latents. Where the cells are minified there are no counts: the
/// encoder is fed with what the decoder expects, and how well the latents come back is a number, not
/// a rule.
final class Rerun {
  private static final int CELLS = 256;
  private static final double SUM = 1e-3;
  private static final double SAME = 1e-3;
  private static final float USUAL_LIBRARY = 10_000;

  private final Subject subject;
  private final AnnData data;
  private final List<Finding> findings;
  private final int[] rows;
  private final Map<String, Double> numbers = new LinkedHashMap<>();

  Rerun(Subject subject, AnnData data, List<Finding> findings) {
    this.subject = subject;
    this.data = data;
    this.findings = findings;
    int count = Math.min(CELLS, data.cells());
    rows = IntStream.range(0, count).map(i -> (int) ((long) i * data.cells() / count)).toArray();
  }

  /// @throws IllegalArgumentException if a graph cannot be run on these cells
  Map<String, Double> run() throws IOException {
    numbers.put("cells", (double) rows.length);
    var counts = counts();
    var stored = stored();
    Dense decoded = null;
    var expression = subject.path("expression.onnx");
    if (expression != null && stored != null) {
      try (var graph = OnnxModel.open(expression, 1)) {
        var inputs = inputs(graph);
        inputs.put("z", tensor(stored));
        inputs.put("library", new Tensor.Floats(new long[] {rows.length}, library(counts)));
        decoded = expression(graph, only(graph, inputs));
      }
    }
    var encoder = subject.path("model.onnx");
    var fed = counts != null ? counts : decoded == null ? null : rounded(decoded);
    if (fed == null) {
      findings.add(
          Finding.note(
              "R1", "model.onnx", "no counts and no latents to feed it with; it was not run"));
      return numbers;
    }
    if (encoder != null) {
      try (var graph = OnnxModel.open(encoder, 1)) {
        var inputs = inputs(graph);
        inputs.put("counts", tensor(fed));
        latent(graph, only(graph, inputs), stored, counts != null);
      }
    }
    var labels = subject.path("labels.onnx");
    if (labels != null) {
      try (var graph = OnnxModel.open(labels, 1)) {
        var inputs = inputs(graph);
        inputs.put("counts", tensor(fed));
        sums("labels.onnx", graph.run(only(graph, inputs)).at("probability"));
      }
    }
    return numbers;
  }

  private Dense expression(OnnxModel graph, Map<String, Tensor> inputs) {
    var answer = graph.run(inputs);
    var scale = answer.at("scale");
    var mean = answer.at("mean");
    if (finite("expression.onnx", scale) && finite("expression.onnx", mean)) {
      sums("expression.onnx", scale);
    }
    numbers.put("expression_mean", average(mean));
    return mean;
  }

  private void latent(
      OnnxModel graph, Map<String, Tensor> inputs, @Nullable Dense stored, boolean real) {
    var answer = graph.run(inputs);
    var mean = answer.at("qz_mean");
    var variance = answer.at("qz_var");
    if (!finite("model.onnx", mean) || !finite("model.onnx", variance)) {
      return;
    }
    numbers.put("latent_absolute", absolute(mean));
    for (float value : variance.values()) {
      if (!(value > 0)) {
        findings.add(Finding.error("R7", "model.onnx", "it gives variances that are not positive"));
        break;
      }
    }
    if (stored == null || stored.values().length != mean.values().length) {
      return;
    }
    if (real) {
      double difference = difference(mean, stored);
      numbers.put("latent_difference", difference);
      if (!(difference <= SAME)) {
        findings.add(
            Finding.error(
                "R8",
                "model.onnx",
                "the stored counts give other latents than the stored ones, by up to %.2g; %.0e is allowed"
                    .formatted(difference, SAME)));
      }
    } else {
      double correlation = correlation(mean, stored);
      numbers.put("round_trip_correlation", correlation);
      if (!(correlation >= 0.5)) {
        findings.add(
            Finding.note(
                "R8",
                "model.onnx",
                "latents decoded and encoded again hardly resemble themselves (correlation %.2f)"
                    .formatted(correlation)));
      }
    }
  }

  private Map<String, Tensor> inputs(OnnxModel graph) {
    var inputs = new LinkedHashMap<String, Tensor>();
    new CellCodes(graph.metadata(), data.obs(), null).feed(rows, inputs);
    return inputs;
  }

  private static Map<String, Tensor> only(OnnxModel graph, Map<String, Tensor> inputs) {
    inputs.keySet().retainAll(graph.inputs());
    return inputs;
  }

  private @Nullable Dense counts() throws IOException {
    var model = subject.model();
    var layer = model == null ? null : RegistryFacts.of(model).setup().get("layer");
    var matrix = layer instanceof String name ? data.layers().get(name) : data.x();
    if (matrix == null) {
      return null;
    }
    var counts = matrix.rows(rows).toDense();
    for (float value : counts.values()) {
      if (value != 0) {
        return counts;
      }
    }
    return null;
  }

  private @Nullable Dense stored() {
    for (var name : new String[] {"latent_qzm", "X_scVI"}) {
      for (var entry : data.obsm().entrySet()) {
        if (entry.getKey().endsWith(name)) {
          return entry.getValue().rows(rows).toDense();
        }
      }
    }
    return null;
  }

  private float[] library(@Nullable Dense counts) {
    var library = new float[rows.length];
    var column = data.obs().columns().get("observed_lib_size");
    for (int i = 0; i < rows.length; i++) {
      var text = column == null ? null : column.text(rows[i]);
      if (text != null) {
        library[i] = Float.parseFloat(text);
      } else if (counts != null) {
        for (int g = 0; g < counts.columns(); g++) {
          library[i] += counts.at(i, g);
        }
      } else {
        library[i] = USUAL_LIBRARY;
      }
    }
    return library;
  }

  private boolean finite(String file, Dense values) {
    for (float value : values.values()) {
      if (!Float.isFinite(value)) {
        findings.add(Finding.error("R6", file, "it gives values that are not finite"));
        return false;
      }
    }
    return true;
  }

  private void sums(String file, Dense shares) {
    double worst = 0;
    for (int row = 0; row < shares.rows(); row++) {
      double sum = 0;
      for (int column = 0; column < shares.columns(); column++) {
        sum += shares.at(row, column);
      }
      worst = Math.max(worst, Math.abs(sum - 1));
    }
    numbers.put((file.startsWith("labels") ? "labels" : "expression") + "_sum_error", worst);
    if (!(worst <= SUM)) {
      findings.add(
          Finding.error("R7", file, "its shares sum to 1 ± %.2g, not to 1".formatted(worst)));
    }
  }

  private static Tensor tensor(Dense values) {
    return new Tensor.Floats(new long[] {values.rows(), values.columns()}, values.values());
  }

  private static Dense rounded(Dense values) {
    var whole = new float[values.values().length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (float) Math.rint(values.values()[i]);
    }
    return new Dense(values.rows(), values.columns(), whole);
  }

  private static double average(Dense values) {
    double sum = 0;
    for (float value : values.values()) {
      sum += value;
    }
    return sum / Math.max(1, values.values().length);
  }

  private static double absolute(Dense values) {
    double sum = 0;
    for (float value : values.values()) {
      sum += Math.abs(value);
    }
    return sum / Math.max(1, values.values().length);
  }

  private static double difference(Dense actual, Dense expected) {
    double size = absolute(expected);
    double worst = 0;
    for (int i = 0; i < expected.values().length; i++) {
      double apart = Math.abs((double) actual.values()[i] - expected.values()[i]);
      worst = Math.max(worst, apart / Math.max(Math.abs(expected.values()[i]), size));
    }
    return worst;
  }

  private static double correlation(Dense a, Dense b) {
    double meanA = average(a);
    double meanB = average(b);
    double both = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.values().length; i++) {
      double x = a.values()[i] - meanA;
      double y = b.values()[i] - meanB;
      both += x * y;
      squareA += x * x;
      squareB += y * y;
    }
    return both / Math.sqrt(squareA * squareB);
  }
}
