package org.syncyte.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commits that led to a revision, newest first.
public record HistoryView(ModelHead head, List<Entry> commits, Paging paging) {
  public HistoryView {
    commits = List.copyOf(commits);
  }

  /// One commit.
  public record Entry(
      String sha, String title, @Nullable String body, String author, Instant when, String href) {
    public String shortSha() {
      return sha.substring(0, Math.min(8, sha.length()));
    }

    public String whenText() {
      return Figures.minute(when);
    }

    public String iso() {
      return when.toString();
    }
  }
}
