package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MapImageTest {
  @Test
  void drawsEveryKnownCellOnceAndKeepsTheAspect() {
    var svg = MapImage.svg(map(new float[] {0, 10, 5}, new float[] {0, 0, 5}), "a", 100, 9);
    assertThat(svg)
        .contains("class=\"c0\" d=\"M40 730h0\"")
        .contains("class=\"c1\" d=\"M960 730h0\"");
    assertThat(svg).contains("class=\"c9\" d=\"M500 270h0\"");
  }

  @Test
  void leavesOutCellsWithoutAPlace() {
    var svg = MapImage.svg(map(new float[] {0, Float.NaN, 5}, new float[] {0, 0, 5}), "a", 100, 9);
    assertThat(svg).doesNotContain("class=\"c1\" d");
  }

  @Test
  void thinsEvenlyToTheLimit() {
    var svg = MapImage.svg(Samples.latentMap(), "cell_type", 500, 9);
    assertThat(svg.split("h0", -1).length - 1).isBetween(400, 500);
  }

  @Test
  void drawsAMapOfOnePlace() {
    var svg = MapImage.svg(map(new float[] {7, 7, 7}, new float[] {2, 2, 2}), "a", 100, 9);
    assertThat(svg).contains("M500 500h0");
  }

  @Test
  void refusesAColumnThatIsNotThere() {
    assertThatThrownBy(() -> MapImage.svg(map(new float[3], new float[3]), "b", 100, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'b' is none of [a]");
  }

  private static LatentMap map(float[] x, float[] y) {
    return new LatentMap(
        x, y, Map.of("a", new LatentMap.Coding(new int[] {0, 1, -1}, List.of("one", "two"))));
  }
}
