package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.h5ad.H5ad;

/// A file whose arrays take ten times the heap is written, and trained from.
final class SmallHeapTest {
  private static final int HEAP_MIB = 64;
  private static final int CELLS = 28_000;

  @TempDir private Path folder;

  @Test
  void trainsFromAFileTenTimesLargerThanTheHeap() throws IOException {
    var file = folder.resolve("cells.h5ad");
    var written =
        Command.run(
            new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx%dm".formatted(HEAP_MIB),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RepeatedCells.class.getName(),
                file.toString(),
                Integer.toString(CELLS),
                "20000"));
    assertThat(written.code()).as(written.err()).isZero();
    try (var open = H5ad.open(file)) {
      var counts = open.layer(null);
      assertThat(8.0 * CELLS * RepeatedCells.PER_CELL / (HEAP_MIB << 20)).isGreaterThan(10);
      var made = RepeatedCells.of(CELLS, 20_000);
      int[] some = {0, CELLS / 2, CELLS - 1};
      assertThat(counts.rows(some).indices()).isEqualTo(made.rows(some).indices());
      assertThat(counts.rows(some).values()).isEqualTo(made.rows(some).values());
    }

    var model = folder.resolve("model");
    var trained =
        Command.syncyte(
            Map.of("SYNCYTE_JAVA_OPTS", "-Xmx%dm".formatted(HEAP_MIB)),
            "train",
            file.toString(),
            "--epochs",
            "1",
            "--threads",
            "1",
            "--json",
            "-o",
            model.toString());
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().path("cells").asInt()).isEqualTo(CELLS);
    assertThat(trained.json().path("elbo_train").asDouble()).isFinite().isPositive();
    assertThat(trained.json().path("elbo_validation").asDouble()).isFinite().isPositive();
    assertThat(Files.size(model.resolve("model.pt"))).isPositive();
  }
}
