package org.syncyte.hub.discussion;

import java.util.Map;
import org.syncyte.cards.CardPage;
import org.syncyte.cards.ModelCard;

/// What people wrote, as HTML that is safe to show: the renderer of model cards takes out whatever
/// could act.
public final class Spoken {
  private Spoken() {}

  public static String html(String markdown) {
    try {
      return CardPage.html(new ModelCard(Map.of(), markdown));
    } catch (IllegalArgumentException unshowable) {
      return "<p>This comment is nested too deep to be shown.</p>";
    }
  }
}
