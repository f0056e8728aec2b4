package org.syncyte.hub.repo;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A repository as others see it. `card` is the front matter of the newest README on main;
/// `complete` says whether a model file is there. `gated` is empty, `auto` or `manual`.
public record RepoView(
    long key,
    RepoId id,
    boolean hidden,
    Instant createdAt,
    Instant updatedAt,
    String head,
    long downloads,
    long usedStorage,
    @Nullable String library,
    @Nullable String pipelineTag,
    Map<String, Object> card,
    String excerpt,
    List<String> tags,
    boolean complete,
    String gated,
    boolean discussionsDisabled,
    boolean disabled) {
  public RepoView {
    tags = List.copyOf(tags);
  }

  /// The first value of a facet: `tag("model_cls_name")` of `model_cls_name:SCVI` is `SCVI`.
  public @Nullable String tag(String facet) {
    return tags.stream()
        .filter(tag -> tag.startsWith(facet + ":"))
        .map(tag -> tag.substring(facet.length() + 1))
        .findFirst()
        .orElse(null);
  }
}
