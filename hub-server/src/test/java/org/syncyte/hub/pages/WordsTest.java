package org.syncyte.hub.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void openingIsTheFirstParagraphWithoutItsMarkup() {
    var readme =
        """
        ---
        license: mit
        ---
        # Title

        ![badge](x.svg)

        A **model** of [blood](https://example.org/a) cells,
        with `genes`.

        Later.
        """;
    assertThat(Words.opening(readme)).isEqualTo("A model of blood cells, with genes.");
  }

  @Test
  void openingSkipsTablesListsAndCode() {
    assertThat(Words.opening("| a |\n|---|\n\n- item\n\n```\ncode\n```\n\nText."))
        .isEqualTo("Text.");
    assertThat(Words.opening("")).isEmpty();
    assertThat(Words.opening("---\nnever closed")).isEmpty();
  }

  @Test
  void openingOfHostileTextIsFound() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> Words.opening("x" + "[".repeat(1 << 20)));
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> Words.opening("x" + "<".repeat(1 << 20)));
  }
}
