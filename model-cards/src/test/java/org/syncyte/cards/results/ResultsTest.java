package org.syncyte.cards.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.privacy.Exposure;
import org.syncyte.cards.privacy.PrivacyLint;

final class ResultsTest {
  private static final String MODEL = "ab".repeat(32);
  private static final String[] SPLICES = {
    "null", "-1", "1e999", "[", "]", "{", "}", "\"\"", ",", "0.5", "99999999999", "\"x\":1,", "\0"
  };
  private static final Importance IMPORTANCE =
      new Importance(
          MODEL,
          "labels",
          "",
          50,
          List.of(
              new Importance.Group(
                  "B cell", "B cell", 40, List.of(new Importance.Feature("MS4A1", 0.8, 0.25))),
              new Importance.Group(
                  "T cell",
                  "T cell",
                  10,
                  List.of(
                      new Importance.Feature("CD3E", -1.5, 0.5),
                      new Importance.Feature("LYZ", 0.25, 0)))));
  private static final Evaluation EVALUATION =
      new Evaluation(
          MODEL,
          100,
          List.of("B cell", "T cell", "pDC"),
          List.of(
              new Evaluation.Known("B cell", List.of(58, 2, 0)),
              new Evaluation.Known("T cell", List.of(0, 37, 3))),
          List.of("pDC"),
          List.of(
              new Evaluation.Calibration(
                  1,
                  0.04,
                  0.97,
                  List.of(
                      new Evaluation.Bin(0.5, 0.9, 12, 0.8, 0.75),
                      new Evaluation.Bin(0.9, 1, 88, 0.99, 0.97)))));

  @Test
  void whatIsWrittenIsReadAgain() {
    assertThat(Importance.read(IMPORTANCE.json())).isEqualTo(IMPORTANCE);
    assertThat(Evaluation.read(EVALUATION.json())).isEqualTo(EVALUATION);
    assertThat(EVALUATION.accuracy()).isEqualTo(0.95);
    assertThat(IMPORTANCE.from(11)).hasSize(1);
  }

  @Test
  void refusesWhatIsNotAResult() {
    refuses(evaluation("\"cells\" : 100", "\"cells\" : 101"), "add up to 100");
    refuses(evaluation("\"cells\" : 12", "\"cells\" : 13"), "bins do not add up");
    refuses(evaluation("\"T cell\"", "\"B cell\""), "named twice");
    refuses(evaluation("0.75", "1.75"), "accuracy = 1.75 must be from 0 to 1");
    refuses(evaluation("\"schema\" : 1", "\"schema\" : 2"), "schema 2 is not known");
    refuses(evaluation("[ 58, 2, 0 ]", "[ 58, 2, null ]"), "a value is missing");
    refuses(evaluation("[ 58, 2, 0 ]", "[ 58, 2.5, 0 ]"), "near line");
    refuses(evaluation(MODEL, "model.pt"), "SHA-256");
    refuses("[]", "evaluation.json is not as it should be");
    refuses("null", "evaluation.json");
    refuses("{", "near line 1");
    refuses(" ".repeat(2 << 20), "at most 1048576");
  }

  @Test
  void refusesWhatCouldBeAboutSingleCells() {
    refuses(
        evaluation("\"cells\" : 100", "\"cells\" : 100, \"told_of_each_cell\" : [0, 1]"),
        "evaluation.json holds 'told_of_each_cell', which does not belong in it; remove it");
    assertThatThrownBy(() ->
            Importance.read(
                text(IMPORTANCE.json())
                    .replace("\"mean\"", "\"cell\" : 3, \"mean\"")
                    .getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("holds 'cell'");
  }

  @Test
  void lintAcceptsLargeGroupsAndNamesSmallOnes() {
    assertThat(PrivacyLint.groups(Importance.FILE, "", IMPORTANCE.sizes())).isEmpty();
    assertThat(PrivacyLint.groups(Evaluation.FILE, "", EVALUATION.sizes())).isEmpty();
    var small =
        Evaluation.read(
            evaluation("[ 58, 2, 0 ]", "[ 5, 2, 0 ]")
                .replace("\"cells\" : 100", "\"cells\" : 47")
                .replace("\"cells\" : 88", "\"cells\" : 35")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(PrivacyLint.groups(Evaluation.FILE, "", small.sizes()))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.code()).isEqualTo("L6");
          assertThat(found.message()).contains("the smallest has 7");
        });
    assertThat(PrivacyLint.groups(Importance.FILE, "donor_id", IMPORTANCE.sizes()))
        .extracting(Exposure::severity)
        .containsExactly(Exposure.Severity.SERIOUS);
  }

  @Test
  void binsAreJoinedUntilTheyAreLargeEnough() {
    var bins =
        List.of(
            new Evaluation.Bin(0, 0.25, 4, 0.2, 0.5),
            new Evaluation.Bin(0.25, 0.5, 0, 0, 0),
            new Evaluation.Bin(0.5, 0.75, 12, 0.6, 0.75),
            new Evaluation.Bin(0.75, 1, 3, 0.9, 1));
    assertThat(Evaluation.joined(bins, 10))
        .singleElement()
        .satisfies(bin -> {
          assertThat(bin.cells()).isEqualTo(19);
          assertThat(bin.low()).isZero();
          assertThat(bin.high()).isEqualTo(1);
          assertThat(bin.confidence() * 19).isBetween(10.6999, 10.7001);
          assertThat(bin.accuracy() * 19).isBetween(13.9999, 14.0001);
        });
    assertThat(Evaluation.joined(bins, 3))
        .extracting(Evaluation.Bin::cells)
        .containsExactly(4, 12, 3);
  }

  @Test
  void damagedFilesAreRefusedInWords() {
    mutated(text(IMPORTANCE.json()), Importance::read);
    mutated(text(EVALUATION.json()), Evaluation::read);
  }

  private static void mutated(String sample, Consumer<byte[]> reader) {
    var random = new Random(7);
    int read = 0;
    for (int i = 0; i < 4_000; i++) {
      var copy = new StringBuilder(sample);
      for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
        int at = random.nextInt(copy.length());
        switch (random.nextInt(3)) {
          case 0 -> copy.setCharAt(at, (char) (32 + random.nextInt(96)));
          case 1 -> copy.insert(at, SPLICES[random.nextInt(SPLICES.length)]);
          default -> copy.delete(at, Math.min(copy.length(), at + 1 + random.nextInt(20)));
        }
      }
      try {
        reader.accept(copy.toString().getBytes(StandardCharsets.UTF_8));
        read++;
      } catch (IllegalArgumentException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
    assertThat(read).isBetween(50, 3_900);
  }

  private static String evaluation(String from, String to) {
    var changed = text(EVALUATION.json()).replace(from, to);
    assertThat(changed).isNotEqualTo(text(EVALUATION.json()));
    return changed;
  }

  private static void refuses(String json, String words) {
    assertThatThrownBy(() -> Evaluation.read(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
