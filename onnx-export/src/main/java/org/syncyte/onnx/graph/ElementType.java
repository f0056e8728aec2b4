package org.syncyte.onnx.graph;

/// The element types that occur in our graphs, with their numbers in the ONNX format.
public enum ElementType {
  FLOAT(1),
  INT32(6),
  INT64(7),
  BOOL(9),
  DOUBLE(11);

  private final int number;

  ElementType(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
