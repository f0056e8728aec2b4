package org.syncyte.hub.account;

/// What a token may do. `WRITE` includes `READ`, and `ADMIN` both. `PROVE` reads, and reports what
/// came out when a model was run; it is of no use for anything else, and nobody else may report.
/// `COORDINATE` includes `WRITE`, and tells how federated runs go, which again nobody else may.
public enum Role {
  READ,
  WRITE,
  ADMIN,
  PROVE,
  COORDINATE;

  public boolean includes(Role needed) {
    return this == needed
        || switch (this) {
          case READ -> false;
          case WRITE, PROVE -> needed == READ;
          case ADMIN, COORDINATE -> needed == READ || needed == WRITE;
        };
  }

  /// Whether only administrators may issue such a token.
  public boolean privileged() {
    return this != READ && this != WRITE;
  }
}
