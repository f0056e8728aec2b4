package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blood cells of one sample file: what a model goes by, and what differs, are genes that
/// immunologists know the cells by.
class KnownMarkersTest {
  private static final Map<String, List<String>> MARKERS =
      Map.of(
          "B cell", List.of("MS4A1", "CD79A"),
          "NK cell", List.of("NKG7", "GNLY"),
          "CD14 monocyte", List.of("LYZ", "S100A8"));

  @TempDir private Path folder;

  @Test
  void attributionsAndDifferencesNameKnownMarkers() throws IOException {
    var cells = Path.of("..", "deploy", "samples", "pbmc", "pbmc_v2.h5ad");
    var model = folder.resolve("model");
    assertThat(
            run(
                "train",
                cells,
                "-o",
                model,
                "--model",
                "SCANVI",
                "--labels-key",
                "cell_type",
                "--genes",
                "800",
                "--epochs",
                "15"))
        .isZero();
    var gradients = folder.resolve("ig.json");
    assertThat(run("attribute", model, cells, "-o", gradients)).isZero();
    var changes = folder.resolve("de.json");
    assertThat(
            run(
                "de",
                model,
                cells,
                "--group-by",
                "cell_type",
                "--group",
                "B cell",
                "--samples",
                "1000",
                "-o",
                changes))
        .isZero();
    MARKERS.forEach((type, genes) ->
        assertThat(first(gradients, "group", "feature", type)).as(type).containsAll(genes));
    assertThat(first(changes, "group1", "gene", "B cell")).contains("MS4A1", "CD79A");
  }

  /// The first twenty genes of a group; of differences, those that are higher in it.
  private static List<String> first(Path file, String groups, String genes, String group) {
    var found = new ArrayList<String>();
    for (var row : rows(file)) {
      if (row.get(groups).asText().equals(group)
          && row.path("scale1").asDouble() >= row.path("scale2").asDouble()
          && found.size() < 20) {
        found.add(row.get(genes).asText());
      }
    }
    return found;
  }

  private static JsonNode rows(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private static int run(Object... arguments) {
    var texts = new ArrayList<String>();
    for (var argument : arguments) {
      texts.add(argument.toString());
    }
    texts.addAll(List.of("--threads", "1", "--quiet"));
    return Syncyte.run(texts.toArray(String[]::new));
  }
}
