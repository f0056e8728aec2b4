package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;

class ResultsViewTest {
  private static final String MODEL = "00".repeat(32);

  @Test
  void rowsAreSharesOfTheKnownLabel() {
    var judged = Judged.of(evaluation(List.of("a", "b"), new int[][] {{30, 10}, {0, 400}}));
    assertThat(judged.columns()).containsExactly("a", "b");
    assertThat(judged.rows().getFirst().shares())
        .extracting(Judged.Share::percent)
        .containsExactly("75", "25");
    assertThat(judged.rows().getFirst().shares().getLast())
        .isEqualTo(new Judged.Share("s3", "25", "10 of 40 cells known as a were told b"));
    assertThat(judged.rows().getLast().shares().getFirst().shade()).isEqualTo("s0");
    assertThat(judged.note()).isEmpty();
  }

  @Test
  void smallGroupsStayHidden() {
    var judged = Judged.of(evaluation(List.of("a", "b"), new int[][] {{9, 0}, {3, 40}}));
    assertThat(judged.rows()).extracting(Judged.Row::label).containsExactly("b");
    assertThat(judged.columns()).containsExactly("b", "another");
    assertThat(judged.note()).isEqualTo("One label has fewer than 10 cells and is not shown.");
    var group = new Importance.Group("rare", "rare", 9, List.of(new Importance.Feature("G", 1, 0)));
    var ranked =
        Ranked.of(new Importance(MODEL, "labels", "", 20, List.of(group)), "rare", title -> "/");
    assertThat(ranked.rows()).isEmpty();
    assertThat(ranked.note()).contains("is not shown");
  }

  @Test
  void manyLabelsAreCutToTheLargest() {
    var labels = IntStream.range(0, 60).mapToObj(i -> "label " + i).toList();
    var counts = new int[60][60];
    for (int i = 0; i < 60; i++) {
      counts[i][i] = 10 + i;
      counts[i][0] += 1;
    }
    var judged = Judged.of(evaluation(labels, counts));
    assertThat(judged.rows())
        .hasSize(40)
        .first()
        .extracting(Judged.Row::label)
        .isEqualTo("label 20");
    assertThat(judged.columns()).hasSize(41).last().isEqualTo("another");
    assertThat(judged.note()).contains("Of 60 labels the 40 with most cells");
  }

  @Test
  void namesOfOthersAreEscaped() {
    var evil = "<img src=x onerror=alert(1)>\"'";
    var group = new Importance.Group(evil, evil, 20, List.of(new Importance.Feature(evil, 1, 0)));
    var html =
        new Renderer()
            .render(
                "evaluation",
                new EvaluationView(
                    Samples.head(ModelTab.EVALUATION),
                    Judged.of(evaluation(List.of(evil), new int[][] {{20}})),
                    Ranked.of(
                        new Importance(MODEL, "latent", "", 20, List.of(group)), "", title -> "/"),
                    List.of(evil)));
    assertThat(html).doesNotContain("<img src=x").contains("&lt;img");
  }

  private static Evaluation evaluation(List<String> labels, int[][] counts) {
    var known = new ArrayList<Evaluation.Known>();
    int cells = 0;
    for (int i = 0; i < counts.length; i++) {
      known.add(new Evaluation.Known(labels.get(i), IntStream.of(counts[i]).boxed().toList()));
      cells += IntStream.of(counts[i]).sum();
    }
    return new Evaluation(
        MODEL,
        cells,
        labels,
        known,
        List.of(),
        List.of(
            new Evaluation.Calibration(
                1, 0.1, 0.9, List.of(new Evaluation.Bin(0, 1, cells, 0.9, 0.8)))));
  }
}
