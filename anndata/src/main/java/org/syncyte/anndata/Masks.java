package org.syncyte.anndata;

import org.jspecify.annotations.Nullable;

/// Masks of missing entries, null when nothing can be missing.
final class Masks {
  private Masks() {}

  static boolean @Nullable [] at(boolean @Nullable [] mask, int[] rows) {
    if (mask == null) {
      return null;
    }
    var chosen = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      chosen[i] = mask[rows[i]];
    }
    return chosen;
  }
}
