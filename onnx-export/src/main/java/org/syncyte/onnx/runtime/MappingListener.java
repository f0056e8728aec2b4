package org.syncyte.onnx.runtime;

/// Hears how far a mapping has come. Called from the mapping thread after every minibatch.
@FunctionalInterface
public interface MappingListener {
  MappingListener NONE = (_, _) -> {};

  void mapped(int cells, int total);
}
