package org.syncyte.onnx.export;

/// A forward pass did something that has no place in a fixed graph: an operator without a
/// counterpart in ONNX, a look at a value, a change in place, or the number of cells as a number.
public final class UntraceableException extends UnsupportedOperationException {
  private static final long serialVersionUID = 1L;

  UntraceableException(String message) {
    super(message);
  }
}
