package org.syncyte.hub.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LatentMapFileTest {
  private static final String SAMPLE =
      """
      {"x":[0.5,-1.25,3],"y":[1,2,null],"later":{"a":[1,{"b":2}]},
       "obs":{"cell_type":{"codes":[0,1,-1],"categories":["B cell","T cell"]},
              "site":{"categories":["a"],"codes":[0,0,0]}},
       "numbers":{"n_genes":[812,null,1e3]}}
      """;

  @Test
  void readsPointsAndColumns() {
    var map = LatentMapFile.read(in(bytes(SAMPLE)));
    assertThat(map.cells()).isEqualTo(3);
    assertThat(map.x()).containsExactly(0.5f, -1.25f, 3f);
    assertThat(map.y()[2]).isNaN();
    assertThat(map.numbers().get("n_genes")).containsExactly(812f, Float.NaN, 1000f);
    assertThat(map.obs().keySet()).containsExactly("cell_type", "site");
    assertThat(map.obs())
        .hasEntrySatisfying(
            "cell_type", coding -> assertThat(coding.counts()).containsExactly(1, 1));
  }

  @Test
  void refusesColumnsThatDoNotFitTheCells() {
    assertRefused("{\"x\":[1],\"y\":[1,2],\"obs\":{}}", "x has 1 cells, y has 2");
    assertRefused(
        "{\"x\":[1],\"y\":[1],\"obs\":{\"a\":{\"codes\":[0,0],\"categories\":[\"b\"]}}}",
        "2 codes for 1 cells");
    assertRefused(
        "{\"x\":[1],\"y\":[1],\"obs\":{\"a\":{\"codes\":[7],\"categories\":[\"b\"]}}}",
        "code 7 names none of 1 categories");
    assertRefused(
        "{\"x\":[1],\"y\":[1],\"obs\":{\"a\":{\"codes\":[70000],\"categories\":[\"b\"]}}}",
        "code 70000 is none of");
    assertRefused("{\"x\":[1],\"y\":[1],\"numbers\":{\"a\":[0,0]}}", "2 numbers for 1 cells");
  }

  @Test
  void refusesMoreThanAMillionCells() {
    var text = "{\"x\":[" + "0,".repeat(1_000_000) + "0],\"y\":[]}";
    assertRefused(text, "more than 1000000 cells");
  }

  @Test
  void refusesDeepNesting() {
    assertRefused("{\"later\":" + "[".repeat(100_000), "not readable");
  }

  @Test
  void damagedFilesAreRefusedInWords() {
    var read = new AtomicInteger();
    Mutations.each(
        SAMPLE,
        5_000,
        1,
        bytes -> {
          try {
            LatentMapFile.read(in(bytes));
            read.incrementAndGet();
          } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
    assertThat(read.get()).isBetween(50, 4_500);
  }

  private static void assertRefused(String text, String words) {
    assertThatThrownBy(() -> LatentMapFile.read(in(bytes(text))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private static ByteArrayInputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
