package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.syncyte.models.nn.Init;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.WeightSource;

/// Saved weights as arrays that take notes, so a model built over them records its forward pass.
record TracedWeights(Tracer tracer, StoredWeights stored) implements WeightSource {
  @Override
  public NDArray tensor(String name, Shape shape, Init init, Role role) {
    return tracer.parameter(name, stored.tensor(name, shape, init, role));
  }

  @Override
  public NDArray constant(long[] values, Shape shape) {
    return tracer.parameter("codes", stored.constant(values, shape));
  }
}
