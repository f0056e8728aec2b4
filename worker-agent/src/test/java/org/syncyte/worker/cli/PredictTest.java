package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;

/// From two files to the labels of a third, by the command line alone.
class PredictTest {
  private static final int GENES = 40;
  private static final List<String> TYPES = List.of("B cell", "T cell");

  @TempDir private Path folder;

  @Test
  void tellsTheTypesOfASiteThatNeverHadLabels() throws IOException {
    var training = folder.resolve("training.h5ad");
    var query = folder.resolve("query.h5ad");
    H5ad.write(cells(300, 1, true), training);
    H5ad.write(cells(60, 2, false), query);
    var scvi = folder.resolve("scvi").toString();
    var scanvi = folder.resolve("scanvi").toString();

    assertThat(
            run(
                "train",
                training,
                "-o",
                scvi,
                "--batch-key",
                "site",
                "--genes",
                "0",
                "--epochs",
                "20",
                "--batch-size",
                "64",
                "--learning-rate",
                "0.004",
                "--set",
                "n_latent=4"))
        .isZero();
    assertThat(
            run(
                "train",
                training,
                "-o",
                scanvi,
                "--model",
                "SCANVI",
                "--from",
                scvi,
                "--labels-key",
                "type",
                "--unlabeled",
                "none",
                "--epochs",
                "15",
                "--batch-size",
                "64",
                "--learning-rate",
                "0.004",
                "--with-latents"))
        .isZero();
    assertThat(Path.of(scanvi)).isDirectoryContaining("glob:**/labels.onnx");
    assertThat(Files.readString(Path.of(scanvi, "proof.json"))).contains("\"passed\" : true");

    var table = folder.resolve("labels.csv");
    assertThat(run("predict", scanvi, query, "-o", table, "--soft")).isZero();
    var lines = Files.readAllLines(table);
    assertThat(lines).hasSize(61);
    assertThat(lines.getFirst()).isEqualTo("cell,label,confidence,B cell,T cell");

    var file = folder.resolve("labels.h5ad");
    assertThat(run("predict", scanvi, query, "-o", file, "--soft")).isZero();
    try (var told = H5ad.read(file)) {
      var label = told.obs().column("syncyte_label").orElseThrow();
      var confidence = told.obs().column("syncyte_label_confidence").orElseThrow();
      var probability =
          Objects.requireNonNull(told.obsm().get("syncyte_label_probability")).toDense();
      assertThat(told.uns()).containsKey("syncyte_labels");
      int right = 0;
      for (int cell = 0; cell < told.cells(); cell++) {
        assertThat(lines.get(cell + 1)).startsWith("cell" + cell + "," + label.text(cell) + ",");
        assertThat(Double.parseDouble(String.valueOf(confidence.text(cell)))).isBetween(0.5, 1.0);
        assertThat(probability.at(cell, 0) + probability.at(cell, 1))
            .isCloseTo(1, Offset.offset(1e-5f));
        right += TYPES.get(cell % 2).equals(label.text(cell)) ? 1 : 0;
      }
      assertThat(right).isGreaterThan(54);
      sameByGraph(scanvi, query, label);
    }
  }

  /// Mapping tells the same labels without the tensor engine.
  private void sameByGraph(String model, Path query, Column expected) {
    var file = folder.resolve("mapped.h5ad");
    assertThat(run("map", model, query, "-o", file)).isZero();
    try (var mapped = H5ad.read(file)) {
      var label = mapped.obs().column("syncyte_label").orElseThrow();
      for (int cell = 0; cell < mapped.cells(); cell++) {
        assertThat(label.text(cell)).isEqualTo(expected.text(cell));
      }
      assertThat(mapped.obs().columns())
          .containsKeys("syncyte_label_confidence", "syncyte_label_agreement");
    }
  }

  @Test
  void refusesToLearnLabelsWithoutTheirColumn() throws IOException {
    var training = folder.resolve("training.h5ad");
    H5ad.write(cells(40, 1, true), training);
    var target = folder.resolve("model");
    assertThat(run("train", training, "-o", target, "--model", "SCANVI")).isEqualTo(2);
    assertThat(run("train", training, "-o", target, "--from", training)).isEqualTo(2);
    assertThat(target).doesNotExist();
  }

  private static int run(Object... arguments) {
    var texts = new ArrayList<String>();
    for (var argument : arguments) {
      texts.add(argument.toString());
    }
    texts.addAll(List.of("--threads", "1", "--quiet"));
    return Syncyte.run(texts.toArray(String[]::new));
  }

  /// Two types that alternate, each with genes of its own. Of two sites the first knows its types.
  private static AnnData cells(int count, long seed, boolean training) {
    var random = new Random(seed);
    var counts = new float[count * GENES];
    var sites = new int[count];
    var types = new String[count];
    var names = new ArrayList<String>();
    for (int c = 0; c < count; c++) {
      sites[c] = c / 2 % 2;
      types[c] = sites[c] == 0 ? TYPES.get(c % 2) : "none";
      names.add("cell" + c);
      for (int g = 0; g < GENES; g++) {
        counts[c * GENES + g] = random.nextInt(g % 2 == c % 2 ? 12 : 3);
      }
    }
    var genes = new ArrayList<String>();
    for (int g = 0; g < GENES; g++) {
      genes.add("gene" + g);
    }
    var obs =
        DataFrame.of(names)
            .with(
                "site",
                new Column.Categorical(
                    sites, training ? List.of("north", "south") : List.of("east", "west"), false));
    return AnnData.of(
        new Dense(count, GENES, counts),
        training ? obs.with("type", new Column.Strings(types)) : obs,
        DataFrame.of(genes));
  }
}
