package org.syncyte.worker.hub;

/// The hub refused a call or could not be reached; the message says which call, and what to do.
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  HubException(int status, String message) {
    super(message);
    this.status = status;
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
  }

  /// The HTTP status, or 0 when there was no reply.
  public int status() {
    return status;
  }
}
