package org.syncyte.hub.pages;

import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.RepoView;

/// Words about a repository that several pages share.
final class Words {
  private static final int MAX_SUMMARY = 240;

  private Words() {}

  /// What its makers say in one or two sentences, or null.
  static @Nullable String summary(RepoView repo) {
    for (var key : new String[] {"summary", "description"}) {
      if (repo.card().get(key) instanceof String text && !text.isBlank()) {
        return shortened(text.strip());
      }
    }
    return repo.excerpt().isBlank() ? null : shortened(repo.excerpt());
  }

  /// The identifier of its licence, or null.
  static @Nullable String licence(RepoView repo) {
    var value = repo.card().get("license");
    return value instanceof String text && !text.isBlank() ? text : null;
  }

  private static String shortened(String text) {
    if (text.length() <= MAX_SUMMARY) {
      return text;
    }
    int sentence = text.lastIndexOf(". ", MAX_SUMMARY);
    if (sentence > MAX_SUMMARY / 3) {
      return text.substring(0, sentence + 1);
    }
    int word = text.lastIndexOf(' ', MAX_SUMMARY);
    return text.substring(0, word > 0 ? word : MAX_SUMMARY) + " …";
  }
}
