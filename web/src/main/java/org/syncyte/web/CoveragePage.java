package org.syncyte.web;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Models ranked by how much of their input a list of genes covers.
///
/// @param text the list as it was given, empty if it is too long to be shown again
/// @param result what was found, or null before a list was given
public record CoveragePage(Hub hub, String text, @Nullable Result result) {
  /// @param genes different genes in the list
  /// @param known how many of them some model knows
  /// @param models models that were compared
  public record Result(int genes, int known, int models, List<Row> rows) {
    public Result {
      rows = List.copyOf(rows);
    }

    public String heading() {
      return rows.isEmpty()
          ? "No model reads any of these genes"
          : rows.size() == 1 ? "One model reads them" : "The models that they cover best";
    }

    public String words() {
      return "%s different genes; %s of them are known to a model here. %s."
          .formatted(
              Figures.count(genes),
              Figures.count(known),
              models == 1
                  ? "One model was compared"
                  : Figures.count(models) + " models were compared");
    }
  }

  /// One model.
  public record Row(String id, String href, @Nullable String modelClass, int genes, int covered) {
    public String percent() {
      return String.format(Locale.ROOT, "%.1f %%", 100.0 * covered / genes);
    }

    public String coveredText() {
      return Figures.count(covered) + " of " + Figures.count(genes);
    }

    /// Filled part of a bar that is 100 wide.
    public int width() {
      return (int) (100L * covered / genes);
    }

    /// Whether mapping is refused for want of genes.
    public boolean few() {
      return covered < 0.8 * genes;
    }
  }

  public String title() {
    return "Models for your genes – " + hub.name();
  }
}
