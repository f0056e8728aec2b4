package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `tests/protocol.md` says which test proves which check of the Hub protocol; this holds it to the
/// sources, so that a test cannot be renamed or dropped behind its back.
final class ProtocolTableTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+)#([A-Za-z0-9]+)`");

  private static List<String> ids() {
    return Stream.of(
            IntStream.rangeClosed(1, 30).mapToObj("R-%02d"::formatted),
            IntStream.rangeClosed(1, 3).mapToObj("N-%02d"::formatted),
            IntStream.rangeClosed(1, 7).mapToObj("P-%02d"::formatted),
            Stream.of("E-01"))
        .flatMap(ids -> ids)
        .toList();
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(Repository.root().resolve("tests/protocol.md")).stream()
        .filter(line -> line.matches("\\| [A-Z]-\\d\\d .*"))
        .toList();
  }

  private static Map<String, String> sources() throws IOException {
    var sources = new HashMap<String, String>();
    for (String module : List.of("hub-server", "tests")) {
      try (var files = Files.walk(Repository.root().resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }

  @Test
  void everyCheckHasARow() throws IOException {
    assertThat(rows().stream().map(row -> row.substring(2, 6)).toList())
        .containsExactlyElementsOf(ids());
  }

  @Test
  void everyNamedTestExists() throws IOException {
    var sources = sources();
    for (String row : rows()) {
      var named = NAMED.matcher(row);
      var found = new ArrayList<String>();
      while (named.find()) {
        found.add(named.group());
        assertThat(sources).as(row).containsKey(named.group(1));
        assertThat(named.group(1)).as("run by every build: " + row).endsWith("Test");
        assertThat(isTest(sources.getOrDefault(named.group(1), ""), named.group(2)))
            .as(row)
            .isTrue();
      }
      assertThat(found).as("a test in " + row).isNotEmpty();
    }
  }

  /// Whether the method is there, with its annotation after whatever method is before it.
  private static boolean isTest(String source, String method) {
    int at = source.indexOf("void " + method + "(");
    String before = source.substring(0, Math.max(0, at));
    return at >= 0
        && Math.max(before.lastIndexOf("@Test"), before.lastIndexOf("@ParameterizedTest"))
            > before.lastIndexOf("\n  }");
  }
}
