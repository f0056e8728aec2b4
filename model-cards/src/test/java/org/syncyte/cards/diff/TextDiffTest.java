package org.syncyte.cards.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextDiffTest {
  private static String side(List<TextDiff.Line> lines, TextDiff.Kind other) {
    return lines.stream()
        .filter(line -> line.kind() != other)
        .map(TextDiff.Line::text)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void bothTextsCanBeReadBack() {
    var random = new Random(2);
    for (int round = 0; round < 500; round++) {
      var before = text(random, random.nextInt(30));
      var after = text(random, random.nextInt(30));
      var lines = TextDiff.of(before, after);
      assertThat(side(lines, TextDiff.Kind.ADDED)).isEqualTo(before);
      assertThat(side(lines, TextDiff.Kind.REMOVED)).isEqualTo(after);
    }
  }

  @Test
  void editsAreAsFewAsPossible() {
    var lines = TextDiff.of("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc");
    assertThat(lines).filteredOn(line -> line.kind() != TextDiff.Kind.SAME).hasSize(5);
  }

  @Test
  void unlikeTextsAreReplacedInTime() {
    var before = IntStream.range(0, 5000).mapToObj(i -> "a" + i).collect(Collectors.joining("\n"));
    var after = IntStream.range(0, 5000).mapToObj(i -> "b" + i).collect(Collectors.joining("\n"));
    assertThat(TextDiff.of(before, after)).hasSize(10_000);
  }

  @Test
  void equalStretchesAreLeftOut() {
    var before = IntStream.range(0, 100).mapToObj(i -> "l" + i).collect(Collectors.joining("\n"));
    var after = before.replace("l20\n", "").replace("l70", "new");
    var hunks = TextDiff.hunks(TextDiff.of(before, after), 2);
    assertThat(hunks).hasSize(2);
    assertThat(hunks.getFirst()).hasSize(5);
    assertThat(hunks.getLast()).hasSize(6);
  }

  private static String text(Random random, int lines) {
    return IntStream.range(0, lines)
        .mapToObj(_ -> "line " + random.nextInt(6))
        .collect(Collectors.joining("\n"));
  }
}
