package org.syncyte.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;

/// The statistics of a comparison, from stored draws of the reference.
class DifferentialExpressionTest {
  private static final JsonNode GOLDEN = golden();

  @ParameterizedTest
  @ValueSource(strings = {"change_default", "change_two_pc", "vanilla", "change_batch_corrected"})
  void equalsTheReference(String name) {
    var golden = GOLDEN.get("cases").get(name);
    var arguments = golden.get("args");
    boolean vanilla = arguments.get("mode").asText().equals("vanilla");
    var levels = new ArrayList<Double>();
    arguments.path("cred_interval_lvls").forEach(level -> levels.add(level.asDouble()));
    var options =
        (vanilla ? DeOptions.VANILLA : DeOptions.CHANGE)
            .withTest(
                arguments.path("test_mode").asText().equals("two")
                    ? DeOptions.Test.TWO
                    : DeOptions.Test.THREE)
            .withPseudocounts(
                arguments.has("pseudocounts") ? arguments.get("pseudocounts").asDouble() : null)
            .withCredibleLevels(levels);
    var features = List.of("0", "1", "2", "3", "4");
    var table =
        DifferentialExpression.compare(
            features,
            draws(golden, "0"),
            draws(golden, "6"),
            true,
            raw("group1_cells"),
            raw("group2_cells"),
            options);

    assertThat(golden.get("result")).isNotEmpty();
    for (var column : golden.get("result").properties()) {
      var ours = table.column(column.getKey()).orElseThrow(() -> new AssertionError(column));
      for (int row = 0; row < table.size(); row++) {
        int gene = Integer.parseInt(table.index().get(row));
        var theirs = column.getValue().isArray() ? column.getValue().get(gene) : column.getValue();
        switch (ours) {
          case Column.Floats floats ->
              assertThat(floats.values()[row])
                  .as("%s of gene %d", column.getKey(), gene)
                  .isCloseTo(theirs.asDouble(), Offset.offset(1e-9));
          case Column.Bools bools ->
              assertThat(bools.values()[row]).as(column.getKey()).isEqualTo(theirs.asBoolean());
          default -> throw new AssertionError(ours);
        }
      }
    }
    var order = (Column.Floats) table.column(vanilla ? "bayes_factor" : "proba_de").orElseThrow();
    assertThat(order.values()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void marksNoMoreGenesThanTheRateAllows() {
    double[] probabilities = {0.5, 1, 0.98, 0.9, 0.2};
    var falling = List.of(1, 2, 3, 0, 4);
    assertThat(FoldChange.discovered(probabilities, falling, 0.05))
        .containsExactly(false, true, true, true, false);
    assertThat(FoldChange.discovered(probabilities, falling, 0.03))
        .containsExactly(false, true, true, false, false);
  }

  @Test
  void estimatesTheSizeOfChangesThatStandOut() {
    var changes =
        IntStream.range(0, 900)
            .mapToDouble(g -> (g % 3 - 1) * 2 + ((g * 37) % 101 - 50) / 500.0)
            .toArray();
    assertThat(ThreeNormals.fit(changes).delta()).isCloseTo(1.2, Offset.offset(0.02));
    assertThat(ThreeNormals.fit(new double[100]).delta()).isEqualTo(0.1);
  }

  @Test
  void keepsTheNearestNineTenths() {
    var random = new java.util.Random(3);
    var points = new double[200][3];
    for (int i = 0; i < points.length; i++) {
      for (int d = 0; d < 3; d++) {
        points[i][d] = random.nextGaussian() * (d + 1) + (i % 10 == 0 ? 40 : 0);
      }
    }
    assertThat(IntStream.of(Inliers.nearest(points, 0))).hasSize(180).noneMatch(i -> i % 10 == 0);
  }

  @Test
  void refusesGroupsThatCannotBeCompared() {
    var obs =
        DataFrame.of(List.of("1", "2", "3", "4", "5"))
            .with("type", new Column.Strings(new String[] {"a", "a", "b", "b", "c"}))
            .with("one", new Column.Strings(new String[] {"x", "x", "x", "x", "x"}));
    assertThat(Comparison.by(obs, "type", List.of("a"), null))
        .singleElement()
        .satisfies(pair -> assertThat(pair.name()).isEqualTo("a vs Rest"))
        .satisfies(pair -> assertThat(pair.cells2()).containsExactly(2, 3, 4));
    assertThatThrownBy(() -> Comparison.by(obs, "type", List.of("d"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'d'")
        .hasMessageContaining("[a, b, c]");
    assertThatThrownBy(() -> Comparison.by(obs, "type", List.of("c"), "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'c' has a single cell");
    assertThatThrownBy(() -> Comparison.by(obs, "type", List.of("a"), "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both sides");
    assertThatThrownBy(() -> Comparison.by(obs, "kind", List.of(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'kind'")
        .hasMessageContaining("type");
    assertThatThrownBy(() -> Comparison.by(obs, "one", List.of(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one group only");
    assertThatThrownBy(() -> new Comparison("a", "b", new int[] {0, 1}, new int[] {0, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no cell");
  }

  private static List<Draws> draws(JsonNode golden, String group) {
    var stored = golden.get("draws_group_firstcell|batch");
    var batches =
        golden.get("args").get("use_observed_batches").asBoolean()
            ? List.of("None")
            : List.of("b0", "b1");
    return batches.stream()
        .map(batch -> (Draws) new Stored(stored.get(group + "|" + batch)))
        .toList();
  }

  private static RawStatistics raw(String group) {
    var mean = new double[5];
    int cells = GOLDEN.get(group).size();
    for (var cell : GOLDEN.get(group)) {
      for (int g = 0; g < mean.length; g++) {
        mean[g] += GOLDEN.get("raw_counts").get(cell.asInt()).get(g).asDouble() / cells;
      }
    }
    return new RawStatistics(mean, mean, mean);
  }

  private static JsonNode golden() {
    try (var in =
        DifferentialExpressionTest.class.getResourceAsStream(
            "/golden/differential_expression.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  /// Draws in double precision, one row per draw.
  private record Stored(JsonNode rows) implements Draws {
    @Override
    public int genes() {
      return rows.get(0).size();
    }

    @Override
    public int count() {
      return rows.size();
    }

    @Override
    public double at(int gene, int draw) {
      return rows.get(draw).get(gene).asDouble();
    }
  }
}
