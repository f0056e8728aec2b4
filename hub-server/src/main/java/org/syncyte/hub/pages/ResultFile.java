package org.syncyte.hub.pages;

import org.jspecify.annotations.Nullable;

/// A published file of results: what it says, or why it is not shown.
///
/// @param content null if there is a problem
/// @param problem a sentence for readers of the page, or null
record ResultFile<T>(@Nullable T content, @Nullable String problem) {
  static <T> ResultFile<T> of(T content) {
    return new ResultFile<>(content, null);
  }

  static <T> ResultFile<T> broken(String problem) {
    return new ResultFile<>(null, problem);
  }
}
