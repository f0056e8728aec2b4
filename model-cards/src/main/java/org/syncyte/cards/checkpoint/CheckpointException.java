package org.syncyte.cards.checkpoint;

import org.jspecify.annotations.Nullable;

/// A weights file that is broken, hostile, or not of the kind it claims to be.
public final class CheckpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
