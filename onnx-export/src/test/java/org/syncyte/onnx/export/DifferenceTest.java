package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DifferenceTest {
  @Test
  void largeEntryIsMeasuredByItself() {
    var difference = Difference.of(new float[] {101, 1}, new float[] {100, 1});
    assertThat(difference.absolute()).isEqualTo(1);
    assertThat(difference.relative()).isEqualTo(0.01);
  }

  @Test
  void smallEntryIsMeasuredByTheMean() {
    var difference = Difference.of(new float[] {4, 0.5f}, new float[] {4, 0});
    assertThat(difference.relative()).isEqualTo(0.25);
  }

  @Test
  void missingNumberIsInfinitelyFar() {
    var difference = Difference.of(new float[] {Float.NaN}, new float[] {1});
    assertThat(difference.absolute()).isInfinite();
    assertThat(Difference.of(new float[] {Float.NaN}, new float[] {Float.NaN}))
        .isEqualTo(Difference.NONE);
  }

  @Test
  void refusesOtherLength() {
    assertThatThrownBy(() -> Difference.of(new float[1], new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
