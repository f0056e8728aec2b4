package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;

/// Codes (cells, 1) to indicator columns (cells, categories), by comparison with 0, 1, 2, ...
public record OneHot(NDArray range) {
  public static OneHot of(Weights weights, int categories) {
    return new OneHot(
        weights.constant(LongStream.range(0, categories).toArray(), new Shape(1, categories)));
  }

  public NDArray apply(NDArray codes) {
    return codes.eq(range).toType(DataType.FLOAT32, false);
  }
}
