package org.syncyte.web;

import java.util.List;

/// What people say about a model.
///
/// @param filters ways to narrow the list
public record DiscussionsView(
    ModelHead head, List<Link> filters, List<Row> rows, Paging paging, boolean open) {
  public DiscussionsView {
    filters = List.copyOf(filters);
    rows = List.copyOf(rows);
  }

  /// One discussion.
  public record Row(
      int number,
      String title,
      String href,
      String author,
      String day,
      String status,
      boolean pullRequest,
      long comments) {
    public String kind() {
      return pullRequest ? "pull request" : "discussion";
    }
  }
}
