package org.syncyte.federation.aggregate;

/// Why an update does not enter an aggregate.
public final class Refusal extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final Code code;

  /// Kinds of reasons; the lower-case name is what the site is told.
  public enum Code {
    NONFINITE,
    SCHEMA,
    WEIGHTS,
    BLOB,
    CONFLICT
  }

  public Refusal(Code code, String message) {
    super(message);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
