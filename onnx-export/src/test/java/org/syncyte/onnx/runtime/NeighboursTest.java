package org.syncyte.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.Dense;

class NeighboursTest {
  @ParameterizedTest
  @ValueSource(ints = {5, 1023, 1024, 1025, 3000})
  void equalsSortingAllDistances(int cells) {
    var reference = random(cells, 7, 1);
    var queries = random(40, 7, 2);
    var nearest = new Neighbours(reference).of(queries, 5);
    for (int q = 0; q < 40; q++) {
      int row = q;
      int[] expected =
          IntStream.range(0, cells)
              .boxed()
              .sorted(Comparator.comparingDouble(r -> square(reference, r, queries, row)))
              .limit(5)
              .mapToInt(Integer::intValue)
              .toArray();
      for (int i = 0; i < 5; i++) {
        double exact = Math.sqrt(square(reference, expected[i], queries, q));
        assertThat((double) nearest.distances()[q * 5 + i])
            .isCloseTo(exact, org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void firstOfEquallyNearCellsIsNearer() {
    var reference = new Dense(4, 1, new float[] {1, 3, 1, 3});
    var nearest = new Neighbours(reference).of(new Dense(1, 1, new float[] {2}), 3);
    assertThat(nearest.indices()).containsExactly(0, 1, 2);
  }

  @Test
  void refusesMoreNeighboursThanCells() {
    var reference = new Neighbours(new Dense(2, 1, new float[] {0, 1}));
    assertThatThrownBy(() -> reference.of(new Dense(1, 1, new float[1]), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the reference has 2 cells");
  }

  @Test
  void refusesDamagedReference() {
    assertThatThrownBy(() -> new Neighbours(new Dense(1, 2, new float[] {0, Float.NaN})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN as latent coordinate 1");
  }

  private static double square(Dense reference, int r, Dense queries, int q) {
    double sum = 0;
    for (int c = 0; c < reference.columns(); c++) {
      double apart = (double) reference.at(r, c) - queries.at(q, c);
      sum += apart * apart;
    }
    return sum;
  }

  private static Dense random(int rows, int columns, long seed) {
    var random = new Random(seed);
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Dense(rows, columns, values);
  }
}
