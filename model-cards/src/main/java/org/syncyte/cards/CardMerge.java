package org.syncyte.cards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Brings a card up to date with its model without taking a word from its author.
///
/// What the files say is written anew: the chapter of properties. What only a person can say stays
/// as the author wrote it, and a chapter of the author's own keeps its place at the end. Front
/// matter of the author wins; what it lacks is added.
public final class CardMerge {
  /// Chapters that the files know better than anyone.
  private static final Set<String> FROM_FILES = Set.of("Model Properties");

  private static final Set<String> PLACEHOLDERS =
      Set.of("", "To be added...", "Not provided by uploader");

  private CardMerge() {}

  /// @param author the card as it is
  /// @param generated the card that the files give, by `CardWriter`
  public static ModelCard merge(ModelCard author, ModelCard generated) {
    var own = CardSections.of(author.body(), 2);
    var sections = new ArrayList<CardSections.Section>();
    var used = new LinkedHashSet<CardSections.Section>();
    for (var section : CardSections.of(generated.body(), 2)) {
      var written = find(own, section);
      if (written != null) {
        used.add(written);
      }
      boolean keep =
          written != null && !FROM_FILES.contains(section.heading()) && !placeholder(written);
      sections.add(keep && written != null ? written : section);
    }
    for (var section : own) {
      if (!used.contains(section)) {
        sections.add(section);
      }
    }
    return new ModelCard(
        matter(author.frontMatter(), generated.frontMatter()), CardSections.join(sections));
  }

  private static CardSections.@Nullable Section find(
      List<CardSections.Section> own, CardSections.Section wanted) {
    return own.stream()
        .filter(section ->
            section.heading().equalsIgnoreCase(wanted.heading())
                && section.level() == wanted.level())
        .findFirst()
        .orElse(null);
  }

  private static boolean placeholder(CardSections.Section section) {
    return PLACEHOLDERS.contains(section.markdown().strip());
  }

  private static Map<String, @Nullable Object> matter(
      Map<String, @Nullable Object> author, Map<String, @Nullable Object> generated) {
    var matter = new LinkedHashMap<String, @Nullable Object>(generated);
    matter.putAll(author);
    if (author.get("tags") instanceof List<?> own
        && generated.get("tags") instanceof List<?> made) {
      var tags = new LinkedHashSet<@Nullable Object>(own);
      for (var tag : made) {
        var key = String.valueOf(tag).replaceFirst(":.*", ":");
        if (own.stream().noneMatch(mine -> String.valueOf(mine).startsWith(key))) {
          tags.add(tag);
        }
      }
      matter.put("tags", new ArrayList<>(tags));
    }
    return matter;
  }
}
