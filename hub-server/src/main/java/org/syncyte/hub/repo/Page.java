package org.syncyte.hub.repo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of a longer list; `next` continues it, null at the end.
public record Page<T>(List<T> items, @Nullable String next) {
  public Page {
    items = List.copyOf(items);
  }
}
