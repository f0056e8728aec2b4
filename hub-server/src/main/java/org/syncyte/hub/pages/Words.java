package org.syncyte.hub.pages;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.RepoView;

/// Words about a repository that several pages share.
final class Words {
  private static final int MAX_SUMMARY = 240;
  private static final Pattern PROSE = Pattern.compile("^[^#|>!<=*+-]|^\\*\\*|^<[bi]>");
  private static final Pattern LINK = Pattern.compile("!?\\[([^\\]\\[]{0,300})]\\([^()]{0,500}\\)");
  private static final Pattern TAG = Pattern.compile("<[^<>]{0,500}>");

  private Words() {}

  /// What its makers say in a sentence or two: the front matter's summary, else how the card opens;
  /// null if neither is there.
  static @Nullable String summary(RepoView repo, Optional<String> opening) {
    for (var key : new String[] {"summary", "description"}) {
      if (repo.card().get(key) instanceof String text && !text.isBlank()) {
        return shortened(text.strip());
      }
    }
    return opening.map(Words::shortened).orElse(null);
  }

  /// The first paragraph of prose in a README, without its markup.
  static String opening(String readme) {
    var words = new StringBuilder();
    var lines = readme.lines().iterator();
    boolean front = false;
    boolean first = true;
    boolean code = false;
    while (lines.hasNext() && words.length() < 2_000) {
      var line = lines.next().strip();
      if (line.equals("---") && (first || front)) {
        front = !front;
      } else if (line.startsWith("```")) {
        code = !code;
      } else if (!front && !code) {
        boolean prose = !line.isEmpty() && PROSE.matcher(line).find();
        if (prose) {
          words.append(words.isEmpty() ? "" : " ").append(line);
        } else if (!words.isEmpty()) {
          break;
        }
      }
      first = false;
    }
    words.setLength(Math.min(words.length(), 2_000));
    var plain = LINK.matcher(words).replaceAll("$1");
    return TAG.matcher(plain).replaceAll("").replaceAll("\\*\\*|__|`", "").strip();
  }

  /// The identifier of its licence, or null.
  static @Nullable String licence(RepoView repo) {
    var value = repo.card().get("license");
    return value instanceof String text && !text.isBlank() ? text : null;
  }

  private static String shortened(String text) {
    if (text.length() <= MAX_SUMMARY) {
      return text;
    }
    int sentence = text.lastIndexOf(". ", MAX_SUMMARY);
    if (sentence > MAX_SUMMARY / 3) {
      return text.substring(0, sentence + 1);
    }
    int word = text.lastIndexOf(' ', MAX_SUMMARY);
    return text.substring(0, word > 0 ? word : MAX_SUMMARY) + " …";
  }
}
