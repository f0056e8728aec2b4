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

  /// @param narrower how many narrower terms are counted with it
  /// @param href the same list with this option switched
  public record Option(String label, long count, long narrower, String href, boolean selected) {
    public String narrowerText() {
      return narrower == 1
          ? "includes 1 narrower term"
          : "includes " + Figures.count(narrower) + " narrower terms";
    }

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
