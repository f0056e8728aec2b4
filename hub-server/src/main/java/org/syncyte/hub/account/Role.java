package org.syncyte.hub.account;

/// What a token may do. Each role includes the ones before it.
public enum Role {
  READ,
  WRITE,
  ADMIN;

  public boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }
}
