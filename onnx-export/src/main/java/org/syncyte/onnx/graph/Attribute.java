package org.syncyte.onnx.graph;

import java.util.List;

/// A fixed setting of a node.
public sealed interface Attribute {
  String name();

  record Whole(String name, long value) implements Attribute {}

  record Wholes(String name, List<Long> values) implements Attribute {
    public Wholes {
      values = List.copyOf(values);
    }
  }

  record Real(String name, float value) implements Attribute {}

  static Attribute of(String name, long value) {
    return new Whole(name, value);
  }

  static Attribute of(String name, float value) {
    return new Real(name, value);
  }

  static Attribute of(String name, long[] values) {
    return new Wholes(name, java.util.Arrays.stream(values).boxed().toList());
  }

  static Attribute of(String name, int[] values) {
    return new Wholes(name, java.util.Arrays.stream(values).mapToObj(v -> (long) v).toList());
  }
}
