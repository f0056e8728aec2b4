package org.syncyte.hub.discussion;

import java.util.Locale;

/// Where a discussion stands. A pull request begins as a draft if it has no changes yet.
public enum Status {
  DRAFT,
  OPEN,
  CLOSED,
  MERGED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean active() {
    return this == DRAFT || this == OPEN;
  }
}
