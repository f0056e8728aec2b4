package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FederationsPageTest {
  @Test
  void lineLeavesRoomForRoundsToCome() {
    var run =
        new FederationsPage.Run(
            "f",
            "r",
            "SCVI",
            "running",
            "",
            3,
            5,
            1,
            List.of(),
            List.of(900.0, Double.NaN, 800.0),
            null,
            Samples.NOW,
            Samples.NOW);
    assertThat(run.points()).isEqualTo("2.0,3.0 80.0,37.0");
    assertThat(run.lossText()).isEqualTo("800.0");
    assertThat(run.sitesText()).isEqualTo("1 site");
  }
}
