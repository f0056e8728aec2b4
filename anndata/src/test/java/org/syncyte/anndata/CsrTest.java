package org.syncyte.anndata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CsrTest {
  private static final Csr MATRIX = new Dense(2, 3, new float[] {0, 1, 2, 3, 0, 0}).toCsr();

  @Test
  void keepsOnlyStoredValues() {
    assertThat(MATRIX.indptr()).containsExactly(0, 2, 3);
    assertThat(MATRIX.indices()).containsExactly(1, 2, 0);
    assertThat(MATRIX.toDense().values()).containsExactly(0, 1, 2, 3, 0, 0);
  }

  @Test
  void picksRowsInTheGivenOrder() {
    assertThat(MATRIX.rows(new int[] {1, 0, 1}).toDense().values())
        .containsExactly(3, 0, 0, 0, 1, 2, 3, 0, 0);
  }

  @Test
  void picksColumnsAndFillsAbsentOnesWithZero() {
    assertThat(MATRIX.columns(new int[] {2, -1, 0}).toDense().values())
        .containsExactly(2, 0, 0, 0, 0, 3);
  }

  @Test
  void columnsAgreeBetweenSparseAndCompressedColumns() {
    var columns =
        new Csc(2, 3, new long[] {0, 1, 2, 3}, new int[] {1, 0, 0}, new float[] {3, 1, 2});
    assertThat(columns.toDense().values()).containsExactly(MATRIX.toDense().values());
  }

  @Test
  void refusesAnIndptrThatDoesNotFit() {
    assertThatThrownBy(() -> new Csr(2, 3, new long[] {0, 1}, new int[1], new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 rows");
  }
}
