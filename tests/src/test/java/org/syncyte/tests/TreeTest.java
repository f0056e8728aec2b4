package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The tree is the system: its modules are the ones the architecture names, each explains itself,
/// and every hand-written file can be read in one sitting.
final class TreeTest {
  private static final int LONGEST = 600;

  private static final Path ROOT = Repository.root();

  private static final Map<String, Integer> LINES = new TreeMap<>();

  @BeforeAll
  static void readSources() throws IOException {
    try (var files = Files.walk(ROOT)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
          .forEach(file -> LINES.put(ROOT.relativize(file).toString(), lines(file)));
    }
  }

  @Test
  void modulesAreTheOnesTheArchitectureNames() throws IOException {
    try (var folders = Files.list(ROOT)) {
      assertThat(
              folders
                  .filter(folder -> Files.exists(folder.resolve("pom.xml")))
                  .map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "anndata",
              "model-cards",
              "minify",
              "models",
              "onnx-export",
              "federation",
              "coordinator",
              "worker-agent",
              "web",
              "hub-server",
              "deploy",
              "tests");
    }
  }

  @Test
  void everyModuleExplainsItself() {
    try (var folders = Files.list(ROOT)) {
      assertThat(folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))))
          .allSatisfy(folder -> assertThat(folder.resolve("README.md")).isNotEmptyFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noFileIsTooLongToRead() {
    assertThat(LINES).isNotEmpty();
    assertThat(LINES.entrySet())
        .allSatisfy(file ->
            assertThat(file.getValue())
                .as("lines of %s", file.getKey())
                .isLessThanOrEqualTo(LONGEST));
  }

  @Test
  void mostFilesAreShort() {
    int[] sorted = LINES.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    assertThat(sorted[sorted.length / 2])
        .as("median of %s", Arrays.toString(sorted))
        .isLessThan(160);
    assertThat(sorted[(int) (sorted.length * 0.95)]).isLessThanOrEqualTo(450);
  }

  private static int lines(Path file) {
    try {
      List<String> all = Files.readAllLines(file);
      return all.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
