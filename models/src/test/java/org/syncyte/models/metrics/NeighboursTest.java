package org.syncyte.models.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.Dense;

class NeighboursTest {
  private static final Dense POINTS = points(300, 5);

  @Test
  void neighboursEqualThoseOfAFullSort() {
    var queries = IntStream.range(0, 300).toArray();
    var found = Neighbours.of(POINTS, queries, c -> c % 2 == 0, 7);
    for (int q : queries) {
      var expected =
          IntStream.range(0, 300)
              .filter(c -> c != q && c % 2 == 0)
              .boxed()
              .sorted(Comparator.comparingDouble(c -> distance(q, c)))
              .limit(7)
              .mapToInt(Integer::intValue)
              .toArray();
      assertThat(found[q]).containsExactly(expected);
    }
  }

  @Test
  void separatedTypesAreToldApartAndSeparatedSitesDoNotMix() {
    var line = new float[40];
    var half = new int[40];
    var alternating = new int[40];
    for (int i = 0; i < 40; i++) {
      half[i] = i / 20;
      alternating[i] = i % 2;
      line[i] = i + 100 * half[i];
    }
    var points = new Dense(40, 1, line);
    assertThat(NeighbourAccuracy.leaveOneOut(points, half, 5)).isEqualTo(1);
    assertThat(NeighbourAccuracy.acrossSites(points, half, alternating, 5)).containsExactly(1, 1);
    assertThat(NeighbourAccuracy.acrossSites(points, half, half, 5)).containsExactly(0, 0);
    assertThat(SiteMixing.of(points, half, 5)).isZero();
    assertThat(SiteMixing.of(points, alternating, 4)).isCloseTo(0.5, Offset.offset(0.06));
  }

  @Test
  void refusesMoreNeighboursThanCells() {
    assertThatThrownBy(() -> SiteMixing.of(POINTS, new int[300], 300))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("300");
  }

  private static double distance(int a, int b) {
    float sum = 0;
    for (int d = 0; d < 5; d++) {
      float difference = POINTS.at(a, d) - POINTS.at(b, d);
      sum += difference * difference;
    }
    return sum;
  }

  private static Dense points(int rows, int columns) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Dense(rows, columns, values);
  }
}
