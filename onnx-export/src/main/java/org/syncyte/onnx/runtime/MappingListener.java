package org.syncyte.onnx.runtime;

/// Hears how far a mapping has come. Called after every minibatch, one call at a time, from any
/// thread; the number of cells rises.
@FunctionalInterface
public interface MappingListener {
  MappingListener NONE = (_, _) -> {};

  void mapped(int cells, int total);
}
