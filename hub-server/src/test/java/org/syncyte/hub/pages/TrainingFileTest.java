package org.syncyte.hub.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrainingFileTest {
  static final String ROUNDS =
      """
      {"federation":"demo","run":"pbmc-1","model":"SCVI","epochs_per_round":5,"rounds":[
        {"round":1,"attempt":1,"model":"ab","survivors":["a","b"],"refused":{},"training_cells":900,
         "norm":1.5,"seconds":12.3,"bytes_up":1,"bytes_down":2,
         "mean":{"elbo_train":700.5,"elbo_validation":710.25,"kl_weight":0.1,"cells_per_second":9},
         "sites":{"a":{"elbo_train":690,"elbo_validation":null,"bytes":1},"b":{"bytes":1}}},
        {"round":2,"attempt":1,"mean":null,"sites":{"a":{"elbo_train":650}}}]}
      """;

  @Test
  void readsRoundsOfARun() {
    var training = read(ROUNDS);
    assertThat(training.run()).isEqualTo("Run pbmc-1 of the federation demo");
    assertThat(training.step()).isEqualTo("round");
    assertThat(training.metrics())
        .containsExactly("elbo_validation", "elbo_train", "kl_weight", "norm");
    assertThat(training.steps().getFirst().values().get(TrainingFile.ALL))
        .containsEntry("elbo_validation", 710.25)
        .doesNotContainKey("cells_per_second");
  }

  @Test
  void siteThatKeepsItsNumbersAtHomeStillTookPart() {
    var training = read(ROUNDS);
    assertThat(training.sites()).containsExactly("a", "b");
    assertThat(training.steps("a")).isEqualTo(2);
    assertThat(training.steps("b")).isEqualTo(1);
  }

  @Test
  void readsAHistoryByColumns() {
    var training =
        read(
            "{\"history\":{\"kl_weight\":[0,0.5,1],\"elbo_train\":[3,2,1],\"elbo_validation\":[4,3],\"validation_loss\":[9]}}");
    assertThat(training.step()).isEqualTo("epoch");
    assertThat(training.sites()).isEmpty();
    assertThat(training.metrics()).containsExactly("elbo", "loss", "kl_weight");
    assertThat(training.steps()).hasSize(3);
    assertThat(training.steps().get(1).values())
        .containsEntry("model", Map.of("kl_weight", 0.5))
        .containsEntry("training cells", Map.of("elbo", 2.0))
        .containsEntry("validation cells", Map.of("elbo", 3.0));
    assertThat(training.steps().get(0).values())
        .containsEntry("validation cells", Map.of("elbo", 4.0, "loss", 9.0));
    assertThat(training.steps().get(2).values()).doesNotContainKey("validation cells");
  }

  @Test
  void refusesAFileWithoutHistory() {
    assertThatThrownBy(() -> read("{\"a\":1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'rounds'");
  }

  @Test
  void damagedFilesAreRefusedInWords() {
    var read = new AtomicInteger();
    Mutations.each(
        ROUNDS,
        4_000,
        2,
        bytes -> {
          try {
            var training = TrainingFile.read(bytes);
            training.metrics();
            training.sites().forEach(training::steps);
            read.incrementAndGet();
          } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
    assertThat(read.get()).isBetween(50, 3_900);
  }

  private static TrainingFile read(String text) {
    return TrainingFile.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
