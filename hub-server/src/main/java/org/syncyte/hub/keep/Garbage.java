package org.syncyte.hub.keep;

import java.util.List;

/// What a collection of garbage removes, or would remove.
///
/// @param dryRun whether everything is still there
/// @param bytes what it frees on disk
/// @param kept contents that are needed
/// @param items what goes and why; the first thousand
public record Garbage(
    boolean dryRun,
    long commits,
    long trees,
    long links,
    long files,
    long bytes,
    long kept,
    List<Item> items) {
  public Garbage {
    items = List.copyOf(items);
  }

  /// @param kind `commit`, `link` (a repository's hold on content) or `file`
  /// @param name commit id or SHA-256
  /// @param repo the repository, or empty
  public record Item(String kind, String name, String repo, long bytes, String reason) {}
}
