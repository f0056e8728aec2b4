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
  ///
  /// @param downloads how often exactly this version was downloaded
  /// @param changes address of what it changed, null for the first one
  public record Entry(
      String sha,
      String title,
      @Nullable String body,
      String author,
      Instant when,
      String href,
      long downloads,
      @Nullable String changes) {
    public String downloadsText() {
      return downloads == 1 ? "1 download" : Figures.count(downloads) + " downloads";
    }

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
