package org.syncyte.web;

import java.util.List;

/// One way to narrow a list of models, with every option as a link.
///
/// @param label heading
/// @param options most frequent first
public record Facet(String label, List<Option> options) {
  private static final int SHOWN = 7;

  public Facet {
    options = List.copyOf(options);
  }

  /// @param href the same list with this option switched
  public record Option(String label, long count, String href, boolean selected) {
    public String countText() {
      return Figures.count(count);
    }
  }

  public List<Option> shown() {
    return options.size() <= SHOWN + 1 ? options : options.subList(0, SHOWN);
  }

  public List<Option> more() {
    return options.subList(shown().size(), options.size());
  }

  /// Whether a selected option would be hidden behind "more".
  public boolean open() {
    return more().stream().anyMatch(Option::selected);
  }
}
