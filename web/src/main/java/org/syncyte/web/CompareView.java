package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two revisions of a model held against each other.
///
/// @param revisions branches and tags, to choose from
/// @param note why there is no comparison of models, or null
/// @param genes genes that came and went, or null if the models were not compared
/// @param card changed stretches of the card
public record CompareView(
    ModelHead head,
    String before,
    String after,
    List<String> revisions,
    List<Row> files,
    @Nullable String note,
    @Nullable Members genes,
    boolean reordered,
    List<Members> categories,
    List<Row> settings,
    List<Row> tensors,
    int equalTensors,
    List<Row> metrics,
    List<List<Line>> card) {
  private static final int SHOWN = 60;

  public CompareView {
    revisions = List.copyOf(revisions);
    files = List.copyOf(files);
    categories = List.copyOf(categories);
    settings = List.copyOf(settings);
    tensors = List.copyOf(tensors);
    metrics = List.copyOf(metrics);
    card = List.copyOf(card);
  }

  /// A named value before and after.
  public record Row(String name, String before, String after, String note) {}

  /// What came and what went.
  public record Members(String name, List<String> added, List<String> removed) {
    public Members {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }

    public boolean any() {
      return !added.isEmpty() || !removed.isEmpty();
    }

    public List<String> addedShown() {
      return added.subList(0, Math.min(SHOWN, added.size()));
    }

    public List<String> removedShown() {
      return removed.subList(0, Math.min(SHOWN, removed.size()));
    }

    public int more() {
      return Math.max(0, added.size() - SHOWN) + Math.max(0, removed.size() - SHOWN);
    }

    public String counts() {
      return Figures.count(added.size()) + " in, " + Figures.count(removed.size()) + " out";
    }
  }

  /// @param tone `same`, `added` or `removed`
  /// @param sign what stands before it for those who see no colour
  public record Line(String tone, String sign, String text) {}

  public boolean same() {
    return files.isEmpty();
  }

  public String action() {
    return head.base() + "/compare";
  }
}
