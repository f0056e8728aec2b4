package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An account's access tokens.
///
/// @param fresh the secret of a token that was just made; shown once
public record TokensPage(Hub hub, List<Token> tokens, @Nullable String fresh) {
  public TokensPage {
    tokens = List.copyOf(tokens);
  }

  /// One token, without its secret.
  public record Token(
      long number,
      String label,
      String role,
      String made,
      String expires,
      String used,
      List<String> places) {
    public Token {
      places = List.copyOf(places);
    }
  }
}
