package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;

class GenesTest {
  private static String said(String... arguments) {
    var out = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(Syncyte.run(arguments)).isZero();
    } finally {
      System.setOut(out);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void printsGenesOneALine(@TempDir Path folder) {
    var file = folder.resolve("cells.h5ad");
    var genes =
        DataFrame.of(List.of("ENSG1", "ENSG2"))
            .with("symbol", new Column.Strings(new String[] {"CD3E", "MS4A1"}));
    H5ad.write(
        AnnData.of(new Dense(1, 2, new float[] {1, 2}), DataFrame.of(List.of("c")), genes), file);
    assertThat(said("genes", file.toString()).lines()).containsExactly("ENSG1", "ENSG2");
    assertThat(said("genes", file.toString(), "--column", "symbol").lines())
        .containsExactly("CD3E", "MS4A1");
    assertThat(Syncyte.run("genes", file.toString(), "--column", "none")).isEqualTo(2);
  }

  @Test
  void keepersOfHubsFindTheirCommands() {
    for (var command : new String[] {"gc", "export", "import", "verify"}) {
      assertThat(said("hub", command, "--help")).contains("syncyte hub " + command);
    }
  }
}
