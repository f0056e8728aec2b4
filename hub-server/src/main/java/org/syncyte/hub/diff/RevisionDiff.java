package org.syncyte.hub.diff;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.diff.ModelDiff;
import org.syncyte.cards.diff.TextDiff;

/// Two revisions held against each other.
///
/// @param before commit of the first
/// @param after commit of the second
/// @param card changed stretches of the README, with a few lines around
/// @param model what differs in `model.pt`, or null if one of them has none that can be read
/// @param note why there is no comparison of models, or null
/// @param metrics last values of what was logged in training, where they differ
public record RevisionDiff(
    String before,
    String after,
    List<FileChange> files,
    List<List<TextDiff.Line>> card,
    @Nullable ModelDiff model,
    @Nullable String note,
    List<Metric> metrics) {
  /// @param kind `ADDED`, `CHANGED` or `REMOVED`
  public record FileChange(String path, String kind, @Nullable Long before, @Nullable Long after) {}

  /// A number; null where it was not logged.
  public record Metric(String name, @Nullable Double before, @Nullable Double after) {}

  public RevisionDiff {
    files = List.copyOf(files);
    card = List.copyOf(card);
    metrics = List.copyOf(metrics);
  }
}
