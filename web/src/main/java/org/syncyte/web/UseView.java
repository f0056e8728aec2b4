package org.syncyte.web;

import java.util.List;

/// How to use a model: lines to copy.
public record UseView(ModelHead head, List<Snippet> snippets) {
  public UseView {
    snippets = List.copyOf(snippets);
  }
}
