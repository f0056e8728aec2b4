package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model's card: the text of its makers beside what the files themselves say.
///
/// @param html the card as safe HTML, or null if there is no card
/// @param properties facts read from the files
/// @param snippets the shortest ways to use the model
/// @param image address of a map of its cells, or null
/// @param trust what the hub's checks found, or null before they have run
/// @param nativeProof whether an agent ran the model itself, or null if there is none to run
/// @param generated whether the hub wrote the card from the files, since its makers have not
public record CardView(
    ModelHead head,
    @Nullable String html,
    List<Fact> properties,
    List<Snippet> snippets,
    @Nullable ProofView proof,
    @Nullable String image,
    @Nullable Trust trust,
    @Nullable Trust nativeProof,
    boolean generated) {
  /// The verdict of all checks in a few words.
  ///
  /// @param tone `good`, `warn`, `bad` or `none`
  public record Trust(String words, String tone, String href) {}

  public CardView {
    properties = List.copyOf(properties);
    snippets = List.copyOf(snippets);
  }
}
