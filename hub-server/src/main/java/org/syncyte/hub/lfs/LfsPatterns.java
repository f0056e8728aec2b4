package org.syncyte.hub.lfs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Which paths a `.gitattributes` sends to large-file storage: lines `<pattern> filter=lfs …`. A
/// pattern without a slash matches names in any folder; `*` stays within a name, `**` crosses
/// folders.
final class LfsPatterns {
  private static final int MAX_LINES = 500;
  private final List<Pattern> patterns;

  private LfsPatterns(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  static LfsPatterns of(String gitAttributes) {
    var patterns = new ArrayList<Pattern>();
    gitAttributes
        .lines()
        .map(String::strip)
        .filter(line -> line.contains("filter=lfs") && !line.startsWith("#"))
        .limit(MAX_LINES)
        .map(line -> line.split("\\s+", 2)[0])
        .filter(glob -> glob.length() <= 200 && glob.chars().filter(c -> c == '*').count() <= 6)
        .forEach(glob -> patterns.add(regex(glob)));
    return new LfsPatterns(patterns);
  }

  boolean match(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return patterns.stream()
        .anyMatch(p -> p.matcher(p.pattern().contains("/") ? path : name).matches());
  }

  private static Pattern regex(String glob) {
    var regex = new StringBuilder();
    String rest = glob.startsWith("/") ? glob.substring(1) : glob;
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (rest.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (rest.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append(glob.contains("/") ? "[^/]*" : "[^\\x00]*");
      } else if (c == '?') {
        regex.append(glob.contains("/") ? "[^/]" : ".");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
