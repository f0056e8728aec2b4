package org.syncyte.onnx.runtime;

/// A graph that cannot be opened, or arrays that do not fit it.
public final class OnnxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  OnnxException(String message) {
    super(message);
  }

  OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
