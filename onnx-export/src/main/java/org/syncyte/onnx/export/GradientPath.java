package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.Batch;
import org.syncyte.models.Labelling;
import org.syncyte.models.Model;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.tasks.PathRule;

/// Integrated gradients as part of a graph: every cell is repeated at each place of the way from
/// the empty cell to its counts, the pass goes over all of them, [Gradient] goes back, and the
/// gradients are summed by the rule's weights.
record GradientPath(Tracer tracer, Model model, Exporter.Explained explained) {
  private static final int[] FIRST = {0};
  private static final int[] LAST = {-1};

  /// Adds all of it, and publishes `attribution` and `change`.
  ///
  /// @param target codes of the scores to explain, (cells)
  /// @param outputs how many scores there are
  void write(Batch cells, NDArray target, int outputs) {
    var counts = cells.counts();
    var proteins = cells.proteins();
    var way = way(counts);
    var proteinWay = proteins == null ? null : way(proteins);
    var range =
        tracer.manager().create(LongStream.range(0, outputs).toArray(), new Shape(1, outputs));
    var aim = target.expandDims(1).eq(range).toType(DataType.FLOAT32, false);
    var along = scores(repeated(cells, way, proteinWay));
    var aims = repeated(aim);
    var attribution = integral(along, aims, way).mul(counts);
    if (proteins != null && proteinWay != null) {
      var ofProteins = integral(along, aims, proteinWay).mul(proteins);
      attribution = attribution.getNDArrayInternal().concat(new NDList(ofProteins), -1);
    }
    tracer.output("attribution", attribution);
    var empty = cells.withCounts(counts.mul(0f), proteins == null ? null : proteins.mul(0f));
    var change = scores(cells).sub(scores(empty)).mul(aim).sum(LAST);
    tracer.output("change", change);
  }

  /// The places between nothing and these counts, (places times cells, any).
  private NDArray way(NDArray counts) {
    return counts
        .expandDims(0)
        .mul(column(PathRule.standard().nodes()))
        .reshape(new Shape(-1, counts.getShape().get(1)));
  }

  /// The gradient of the scores aimed at, summed over the places by their weights.
  private NDArray integral(NDArray along, NDArray aims, NDArray way) {
    return Gradient.of(tracer, along, aims, way)
        .reshape(new Shape(PathRule.STEPS, tracer.cells(), way.getShape().get(1)))
        .mul(column(PathRule.standard().weights()))
        .sum(FIRST);
  }

  private NDArray scores(Batch cells) {
    var pass = Pass.atMean();
    return switch (explained) {
      case LABELS -> {
        var labelling = (Labelling) model;
        yield labelling.scores(labelling.encode(cells, pass).mean(), pass);
      }
      case LATENT -> model.inference(cells, pass).latent().mean();
    };
  }

  private NDArray column(double[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return tracer.manager().create(floats, new Shape(floats.length, 1, 1));
  }

  private Batch repeated(Batch cells, NDArray counts, @Nullable NDArray proteins) {
    return new Batch(
        counts,
        repeated(cells.batch()),
        repeated(cells.labels()),
        orNull(cells.sizeFactor()),
        cells.categorical().stream().map(this::repeated).toList(),
        orNull(cells.continuous()),
        proteins,
        orNull(cells.panel()));
  }

  private @Nullable NDArray orNull(@Nullable NDArray array) {
    return array == null ? null : repeated(array);
  }

  /// (cells, any) to (places times cells, any).
  private NDArray repeated(NDArray array) {
    long width = array.getShape().get(1);
    return array
        .expandDims(0)
        .broadcast(new Shape(PathRule.STEPS, tracer.cells(), width))
        .reshape(new Shape(-1, width));
  }
}
