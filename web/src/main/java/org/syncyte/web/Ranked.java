package org.syncyte.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.syncyte.cards.privacy.PrivacyLint;
import org.syncyte.cards.results.Importance;

/// The features that moved one score most, and the other scores to choose from.
///
/// @param explains what the numbers are of
/// @param groups each leads to its own ranking
/// @param cells cells of the group shown
/// @param note what is not shown; empty if all is
public record Ranked(
    String explains, List<Link> groups, String title, String cells, List<Row> rows, String note) {
  public Ranked {
    groups = List.copyOf(groups);
    rows = List.copyOf(rows);
  }

  public record Row(String name, TrainingView.Value mean, TrainingView.Value deviation) {}

  /// @param wanted title of a group; any other word shows the first
  /// @param address of the page that shows a group
  public static Ranked of(Importance found, String wanted, Function<String, String> address) {
    var groups = found.from(PrivacyLint.SMALL);
    boolean latent = found.explained().equals("latent");
    var note = withheld(found.groups().size() - groups.size(), "group");
    var explains =
        latent
            ? "How far each gene moved a latent dimension away from that of an empty cell."
            : "How far each gene moved a label’s score (logit) away from that of an empty cell.";
    if (groups.isEmpty()) {
      return new Ranked(explains, List.of(), "", "0", List.of(), note);
    }
    var chosen =
        groups.stream()
            .filter(group -> group.title().equals(wanted))
            .findFirst()
            .orElse(groups.getFirst());
    var links = new ArrayList<Link>();
    for (var group : groups) {
      links.add(
          new Link(
              group.title().replace('_', ' '),
              address.apply(group.title()),
              group.title().equals(chosen.title())));
    }
    var rows =
        chosen.features().stream()
            .map(feature ->
                new Row(
                    feature.name(),
                    TrainingView.Value.of(feature.mean()),
                    TrainingView.Value.of(feature.deviation())))
            .toList();
    return new Ranked(
        explains,
        links,
        chosen.title().replace('_', ' '),
        Figures.count(chosen.cells()),
        rows,
        note);
  }

  /// That groups are too small to be shown; empty for none.
  static String withheld(int count, String what) {
    return count == 0
        ? ""
        : count == 1
            ? "One %s has fewer than %d cells and is not shown.".formatted(what, PrivacyLint.SMALL)
            : "%d %ss have fewer than %d cells and are not shown."
                .formatted(count, what, PrivacyLint.SMALL);
  }
}
