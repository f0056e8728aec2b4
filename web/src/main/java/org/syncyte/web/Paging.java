package org.syncyte.web;

import org.jspecify.annotations.Nullable;

/// Where a page of a long list stands, and the addresses around it.
///
/// @param first number of the first item shown, counted from 1
/// @param last number of the last item shown
/// @param total how many items there are
public record Paging(
    long first, long last, long total, @Nullable String previous, @Nullable String next) {
  public boolean needed() {
    return previous != null || next != null;
  }

  public String text() {
    return Figures.count(first) + "–" + Figures.count(last) + " of " + Figures.count(total);
  }
}
