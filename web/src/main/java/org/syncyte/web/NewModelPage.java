package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a model.
///
/// @param owners namespaces that the visitor may write to, their own first
/// @param owner the one chosen
/// @param name what was typed
/// @param problem why it was not made, or null
public record NewModelPage(
    Hub hub,
    List<String> owners,
    String owner,
    String name,
    boolean hidden,
    @Nullable String problem) {
  public NewModelPage {
    owners = List.copyOf(owners);
  }

  public String title() {
    return "New model – " + hub.name();
  }
}
