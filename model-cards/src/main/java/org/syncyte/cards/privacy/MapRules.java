package org.syncyte.cards.privacy;

import java.util.Map;

/// What a published map of cells, `latent_map.json`, may hold: said once for who writes and who reads
/// it.
///
///     {"x": [..], "y": [..], "of": 2500000, "obs": {"cell_type": {"codes": [..], "categories": [..]}},
///      "numbers": {"n_genes": [..], ..}}
///
/// One number per cell in `x`, `y`, each `codes` and each of `numbers`; a code of -1 and a number of
/// null mean "not known". `of` says how many cells there were before the map was thinned.
public final class MapRules {
  public static final String FILE = "latent_map.json";
  public static final int MAX_CELLS = 1_000_000;
  public static final int MAX_BYTES = 96 << 20;

  /// Columns of categories, and of numbers.
  public static final int MAX_COLUMNS = 20;

  public static final int MAX_CATEGORIES = 2_000;

  private MapRules() {}

  /// Whether a column stays out of maps: those that scvi-tools keeps for itself, and those that the
  /// privacy lint calls serious, such as names of donors or values that name single cells.
  ///
  /// @param counts cells of each category that has any; empty for numbers
  public static boolean hidden(
      String column, Map<String, Integer> counts, int cells, boolean number) {
    return column.startsWith("_scvi_")
        || PrivacyLint.column(column, counts, cells, number).stream()
            .anyMatch(exposure -> exposure.severity() == Exposure.Severity.SERIOUS);
  }
}
