package org.syncyte.cards;

import java.util.ArrayList;
import java.util.List;

/// A card's Markdown, cut at its headings. Joined again, the sections are the body.
public final class CardSections {
  private static final int MAX = 500;

  /// @param level 1 for `#`, 2 for `##`; 0 for what stands before the first heading
  /// @param heading its words, empty for level 0
  /// @param markdown everything below the heading, up to the next one
  public record Section(int level, String heading, String markdown) {
    String text() {
      return level == 0 ? markdown : "#".repeat(level) + " " + heading + "\n" + markdown;
    }

    /// Whether it says nothing.
    public boolean blank() {
      return markdown.isBlank();
    }
  }

  private CardSections() {}

  /// Headings deeper than `depth`, and those inside fenced code, do not cut.
  public static List<Section> of(String body, int depth) {
    var sections = new ArrayList<Section>();
    int level = 0;
    var heading = "";
    var text = new StringBuilder();
    boolean fenced = false;
    for (var line : (Iterable<String>) body.lines()::iterator) {
      if (line.startsWith("```") || line.startsWith("~~~")) {
        fenced = !fenced;
      }
      int marks = fenced ? 0 : marks(line);
      if (marks > 0 && marks <= depth && sections.size() < MAX) {
        sections.add(new Section(level, heading, text.toString()));
        level = marks;
        heading = line.substring(marks).strip().replaceAll("\\s+#+$", "");
        text.setLength(0);
      } else {
        text.append(line).append('\n');
      }
    }
    sections.add(new Section(level, heading, text.toString()));
    return sections.stream().filter(part -> part.level() > 0 || !part.blank()).toList();
  }

  static String join(List<Section> sections) {
    var body = new StringBuilder();
    sections.forEach(section -> body.append(section.text()));
    return body.toString();
  }

  private static int marks(String line) {
    int marks = 0;
    while (marks < line.length() && line.charAt(marks) == '#') {
      marks++;
    }
    return marks > 0 && marks <= 6 && marks < line.length() && line.charAt(marks) == ' '
        ? marks
        : 0;
  }
}
