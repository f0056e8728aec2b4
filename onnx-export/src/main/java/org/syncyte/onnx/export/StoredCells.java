package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Batch;
import org.syncyte.models.Fit;
import org.syncyte.models.Generated;
import org.syncyte.models.Labelling;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.onnx.runtime.CellCodes;
import org.syncyte.onnx.runtime.OnnxModel;
import org.syncyte.onnx.runtime.Outputs;

/// Cells that were published with a model, as inputs of its graphs and of the model itself.
///
/// A minified file holds latents and library sizes but no counts. The encoder is then fed with what
/// the decoder expects of these cells, rounded to whole counts.
final class StoredCells {
  private final Fit fit;
  private final int cells;
  private final int genes;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final boolean decoded;

  private StoredCells(Fit fit, AnnData stored, int[] rows, Map<String, String> facts) {
    this.fit = fit;
    cells = rows.length;
    genes = fit.registry().varNames().size();
    new CellCodes(facts, stored.obs(), null).feed(rows, inputs);
    int width = fit.model().latent();
    inputs.put("z", new Tensor.Floats(new long[] {cells, width}, latent(stored, rows, width)));
    var layer = fit.registry().setup().layer();
    var matrix = layer == null ? stored.x() : stored.layers().get(layer);
    var counts = matrix == null ? null : matrix.rows(rows).toDense();
    decoded = counts == null || counts.columns() != genes || empty(counts);
    inputs.put("library", library(stored, rows, decoded ? null : counts));
    var proteins = fit.registry().proteins();
    if (decoded || counts == null || proteins != null) {
      decode(proteins == null ? 0 : proteins.size());
    }
    if (!decoded && counts != null) {
      inputs.put("counts", new Tensor.Floats(new long[] {cells, genes}, counts.values()));
    }
  }

  /// At most `most` of the cells, evenly chosen.
  ///
  /// @param facts what the graphs note of their model
  static StoredCells of(Fit fit, AnnData stored, int most, Map<String, String> facts) {
    int total = stored.cells();
    if (total == 0) {
      throw new IllegalArgumentException("adata.h5ad holds no cells; nothing can be compared");
    }
    int count = Math.min(most, total);
    var rows = IntStream.range(0, count).map(i -> (int) ((long) i * total / count)).toArray();
    return new StoredCells(fit, stored, rows, facts);
  }

  int size() {
    return cells;
  }

  /// Whether the counts were decoded rather than stored.
  boolean decoded() {
    return decoded;
  }

  /// The latent graph against the model.
  Difference latent(OnnxModel graph) {
    var answered = graph.run(only(graph));
    try (var use = fit.network().use();
        var _ = Compute.recording(false)) {
      var latent = fit.model().inference(batch(use.arrays()), Pass.atMean()).latent();
      return Difference.of(answered.at("qz_mean").values(), latent.mean().toFloatArray())
          .or(Difference.of(answered.at("qz_var").values(), latent.variance().toFloatArray()));
    }
  }

  /// The stored latents against the model.
  Difference encoded() {
    try (var use = fit.network().use();
        var _ = Compute.recording(false)) {
      var latent = fit.model().inference(batch(use.arrays()), Pass.atMean()).latent();
      return inputs.get("z") instanceof Tensor.Floats(long[] _, float[] values)
          ? Difference.of(values, latent.mean().toFloatArray())
          : Difference.NONE;
    }
  }

  /// The expression graph against the model.
  Difference expression(OnnxModel graph) {
    var answered = graph.run(only(graph));
    try (var use = fit.network().use();
        var _ = Compute.recording(false)) {
      var generated = generated(use.arrays());
      return Difference.of(answered.at("scale").values(), generated.scale().toFloatArray())
          .or(Difference.of(answered.at("mean").values(), generated.rate().toFloatArray()))
          .or(proteins(answered, generated));
    }
  }

  private static Difference proteins(Outputs answered, Generated generated) {
    var made = generated.proteins();
    return made == null
        ? Difference.NONE
        : Difference.of(answered.at("protein").values(), made.denoised().toFloatArray())
            .or(
                Difference.of(
                    answered.at("protein_foreground").values(),
                    made.backgroundProbability().mul(-1f).add(1f).toFloatArray()));
  }

  /// The graph of labels against the model, which tells labels.
  Difference labels(OnnxModel graph, Labelling model) {
    var answered = graph.run(only(graph));
    try (var use = fit.network().use();
        var _ = Compute.recording(false)) {
      var z = model.encode(batch(use.arrays()), Pass.atMean()).mean();
      var probabilities = model.probabilities(model.scores(z, Pass.atMean()));
      return Difference.of(answered.at("probability").values(), probabilities.toFloatArray());
    }
  }

  private Map<String, Tensor> only(OnnxModel graph) {
    var wanted = new LinkedHashMap<>(inputs);
    wanted.keySet().retainAll(graph.inputs());
    return wanted;
  }

  /// Puts the counts that the decoder expects among the inputs, proteins too.
  private void decode(int proteins) {
    try (var use = fit.network().use();
        var _ = Compute.recording(false)) {
      var made = generated(use.arrays());
      put("counts", genes, made.rate());
      if (made.proteins() != null) {
        put("proteins", proteins, made.proteins().counts().mean());
      }
    }
  }

  private void put(String name, int columns, NDArray expected) {
    inputs.put(
        name, new Tensor.Floats(new long[] {cells, columns}, expected.round().toFloatArray()));
  }

  private Generated generated(NDManager arrays) {
    var z = required(arrays, "z");
    var library = required(arrays, "library").reshape(cells, 1).log();
    var posterior = fit.model().cached(new Normal(z, z.mul(0)), library, Pass.atMean());
    return fit.model().generative(batch(arrays), posterior, Pass.atMean());
  }

  private Batch batch(NDManager arrays) {
    var counts = array(arrays, "counts");
    List<NDArray> categorical = new ArrayList<>();
    var codes = array(arrays, "categorical");
    for (long c = 0; codes != null && c < codes.size(1); c++) {
      categorical.add(codes.get(":, %d:%d".formatted(c, c + 1)));
    }
    return new Batch(
        counts == null ? arrays.zeros(new Shape(cells, genes)) : counts,
        required(arrays, "batch").reshape(cells, 1),
        arrays.zeros(new Shape(cells, 1), DataType.INT64),
        null,
        categorical,
        array(arrays, "continuous"),
        array(arrays, "proteins"),
        null);
  }

  private NDArray required(NDManager arrays, String name) {
    var array = array(arrays, name);
    if (array == null) {
      throw new IllegalStateException(name);
    }
    return array;
  }

  private @Nullable NDArray array(NDManager arrays, String name) {
    return switch (inputs.get(name)) {
      case Tensor.Floats(long[] shape, float[] values) -> arrays.create(values, new Shape(shape));
      case Tensor.Longs(long[] shape, long[] values) -> arrays.create(values, new Shape(shape));
      case null -> null;
    };
  }

  private static float[] latent(AnnData stored, int[] rows, int width) {
    for (var entry : stored.obsm().entrySet()) {
      if (entry.getKey().endsWith("latent_qzm") && entry.getValue().columns() == width) {
        return entry.getValue().rows(rows).toDense().values();
      }
    }
    throw new IllegalArgumentException(
        "adata.h5ad has no latent means of %d coordinates in obsm %s; minify it with the model"
            .formatted(width, stored.obsm().keySet()));
  }

  /// The stored library size, else the sum of the counts, else a usual one.
  private Tensor library(AnnData stored, int[] rows, @Nullable Dense counts) {
    var library = new float[cells];
    var setup = fit.registry().setup();
    var column = stored.obs().columns().get("observed_lib_size");
    if (setup.sizeFactorKey() != null) {
      column = stored.obs().columns().get(setup.sizeFactorKey());
    }
    for (int i = 0; i < cells; i++) {
      String text = column == null ? null : column.text(rows[i]);
      if (text != null) {
        library[i] = Float.parseFloat(text);
      } else if (counts != null) {
        for (int g = 0; g < genes; g++) {
          library[i] += counts.at(i, g);
        }
      } else {
        library[i] = USUAL_LIBRARY;
      }
    }
    return new Tensor.Floats(new long[] {cells}, library);
  }

  private static final float USUAL_LIBRARY = 10_000;

  private static boolean empty(Dense counts) {
    for (float value : counts.values()) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
