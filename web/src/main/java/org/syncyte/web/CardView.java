package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model's card: the text of its makers beside what the files themselves say.
///
/// @param html the card as safe HTML, or null if there is no card
/// @param properties facts read from the files
/// @param snippets the shortest ways to use the model
/// @param image address of a map of its cells, or null
public record CardView(
    ModelHead head,
    @Nullable String html,
    List<Fact> properties,
    List<Snippet> snippets,
    @Nullable ProofView proof,
    @Nullable String image) {
  public CardView {
    properties = List.copyOf(properties);
    snippets = List.copyOf(snippets);
  }
}
