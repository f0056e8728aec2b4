package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
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
    var rule = PathRule.standard();
    var counts = cells.counts();
    long genes = counts.getShape().get(1);
    var way = counts.expandDims(0).mul(column(rule.nodes())).reshape(new Shape(-1, genes));
    var range =
        tracer
            .manager()
            .create(LongStream.range(0, outputs).toArray(), new Shape(1, outputs));
    var aim = target.expandDims(1).eq(range).toType(DataType.FLOAT32, false);
    var along = scores(repeated(cells, way));
    var slope = Gradient.of(tracer, along, repeated(aim), way);
    var attribution =
        slope
            .reshape(new Shape(PathRule.STEPS, tracer.cells(), genes))
            .mul(column(rule.weights()))
            .sum(FIRST)
            .mul(counts);
    tracer.output("attribution", attribution);
    var change = scores(cells).sub(scores(with(cells, counts.mul(0f)))).mul(aim).sum(LAST);
    tracer.output("change", change);
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

  private Batch repeated(Batch cells, NDArray counts) {
    return new Batch(
        counts,
        repeated(cells.batch()),
        repeated(cells.labels()),
        orNull(cells.sizeFactor()),
        cells.categorical().stream().map(this::repeated).toList(),
        orNull(cells.continuous()));
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

  private static Batch with(Batch cells, NDArray counts) {
    return new Batch(
        counts,
        cells.batch(),
        cells.labels(),
        cells.sizeFactor(),
        cells.categorical(),
        cells.continuous());
  }
}
