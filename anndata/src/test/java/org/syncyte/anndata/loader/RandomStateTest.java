package org.syncyte.anndata.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RandomStateTest {
  @Test
  void permutesAsNumpyDoes() {
    assertThat(new RandomState(0).permutation(12))
        .containsExactly(6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5);
    assertThat(new RandomState(42).permutation(20))
        .containsExactly(0, 17, 15, 1, 8, 5, 11, 3, 18, 16, 13, 2, 9, 19, 4, 12, 7, 10, 14, 6);
    assertThat(new RandomState(4294967295L).permutation(7)).containsExactly(1, 5, 0, 6, 4, 2, 3);
  }

  @Test
  void permutesManyAsNumpyDoes() {
    var order = new RandomState(7).permutation(100_000);
    long sum = 0;
    for (int i = 0; i < order.length; i++) {
      sum += (long) order[i] * i;
    }
    assertThat(order).startsWith(33909, 92307, 89107, 9538, 31008).endsWith(49689, 58564, 61615);
    assertThat(sum).isEqualTo(250316905599413L);
  }

  @Test
  void refusesASeedNumpyWouldRefuse() {
    assertThatThrownBy(() -> new RandomState(-1)).hasMessageContaining("seed -1");
  }
}
