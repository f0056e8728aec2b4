package org.syncyte.anndata.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SplitterTest {
  @Test
  void validationComesFirstInThePermutation() {
    var order = new RandomState(3).permutation(100);
    var split = Splitter.of(0.8, 16, 3).split(100);
    assertThat(split.validation()).isEqualTo(Arrays.copyOf(order, 20));
    assertThat(split.train()).isEqualTo(Arrays.copyOfRange(order, 20, 100));
    assertThat(split.test()).isEmpty();
  }

  @Test
  void everyCellIsInOneSet() {
    var split = new Splitter(0.5, 0.2, 8, false, true, 1).split(103);
    var all =
        IntStream.concat(
                IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.validation())),
                Arrays.stream(split.test()))
            .sorted()
            .toArray();
    assertThat(all).isEqualTo(IntStream.range(0, 103).toArray());
    assertThat(split.train()).hasSize(52);
    assertThat(split.validation()).hasSize(20);
  }

  @Test
  void movesALastMinibatchOfOneOrTwoToValidation() {
    // ceil(0.9 * 143) = 129 = 128 + 1
    var split = Splitter.of(128, 0).split(143);
    assertThat(split.train()).hasSize(128);
    assertThat(split.validation()).hasSize(15);
    assertThat(split.warning()).isNull();
  }

  @Test
  void onlyWarnsWhenTheCallerInsistedOnTheShare() {
    var split = Splitter.of(0.9, 128, 0).split(143);
    assertThat(split.train()).hasSize(129);
    assertThat(split.warning()).contains("1 cell(s)");
  }

  @Test
  void refusesImpossibleShares() {
    assertThatThrownBy(() -> Splitter.of(0, 128, 0)).hasMessageContaining("train size 0.0");
    assertThatThrownBy(() -> new Splitter(0.9, 0.2, 128, false, true, 0))
        .hasMessageContaining("more than the whole");
    assertThatThrownBy(() -> Splitter.of(128, 0).split(0))
        .hasMessageContaining("none for training");
  }

  @Test
  void checksASplitOfTheCaller() {
    int[] none = {};
    assertThatThrownBy(() -> Splitter.external(3, new int[] {0, 1}, new int[] {1, 2}, none))
        .hasMessageContaining("cell 1 is named twice");
    assertThatThrownBy(() -> Splitter.external(3, new int[] {0, 1}, none, none))
        .hasMessageContaining("cell 2 is in no set");
    assertThat(Splitter.external(3, new int[] {2, 0}, new int[] {1}, none).train())
        .containsExactly(2, 0);
  }
}
