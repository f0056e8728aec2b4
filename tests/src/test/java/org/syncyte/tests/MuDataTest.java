package org.syncyte.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.anndata.h5ad.H5adException;
import org.syncyte.anndata.h5ad.H5mu;
import org.syncyte.worker.cli.Syncyte;

/// Cells with proteins in a MuData file are the same cells as in an h5ad, to the last bit.
final class MuDataTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeFiles() {
    var python = System.getenv("SYNCYTE_PYTHON");
    var made =
        Command.run(
            new ProcessBuilder(
                python == null ? "python3" : python,
                Path.of("src", "test", "clients", "mudata.py").toAbsolutePath().toString(),
                folder.resolve("cells.h5ad").toString(),
                folder.resolve("cells.h5mu").toString(),
                folder.resolve("unpaired.h5mu").toString()));
    assertThat(made.code()).as(made.err()).isZero();
  }

  @Test
  void trainsMapsAndComparesAsFromAnnData() throws Exception {
    for (var form : new String[] {"h5ad", "h5mu"}) {
      var file = folder.resolve("cells." + form);
      var model = folder.resolve("model-" + form);
      assertThat(
              run(
                  "train",
                  file,
                  "-o",
                  model,
                  "--model",
                  "TOTALVI",
                  "--protein-key",
                  "protein_expression",
                  "--batch-key",
                  "site",
                  "--genes",
                  "0",
                  "--epochs",
                  "3",
                  "--threads",
                  "1",
                  "--set",
                  "n_hidden=16"))
          .isZero();
      assertThat(run("map", model, file, "-o", folder.resolve(form + "-mapped.h5ad"))).isZero();
      assertThat(
              run(
                  "de",
                  model,
                  file,
                  "--group-by",
                  "site",
                  "--samples",
                  "50",
                  "-o",
                  folder.resolve(form + "-de.csv")))
          .isZero();
    }
    for (var name : new String[] {"model-%s/model.safetensors", "%s-de.csv"}) {
      assertThat(Files.readAllBytes(folder.resolve(name.formatted("h5mu"))))
          .as(name)
          .isEqualTo(Files.readAllBytes(folder.resolve(name.formatted("h5ad"))));
    }
    assertThat(latent("h5mu")).isEqualTo(latent("h5ad"));
  }

  @Test
  void takesTheUsualNameOfProteinsWhereNoneIsGiven() {
    var model = folder.resolve("plain");
    assertThat(
            run(
                "train",
                folder.resolve("cells.h5mu"),
                "-o",
                model,
                "--model",
                "TOTALVI",
                "--epochs",
                "1",
                "--genes",
                "0",
                "--set",
                "n_hidden=16"))
        .isZero();
  }

  @Test
  void tellsWhatDoesNotFit() {
    refused("cells.h5mu", "prot", "--protein-modality", "adt", "'adt'", "[prot, rna]");
    refused("cells.h5mu", "prot", "--rna-modality", "gex", "'gex'", "--rna-modality");
    refused("unpaired.h5mu", "prot", "--rna-modality", "rna", "/mod/prot", "intersect_obs");
  }

  private static void refused(
      String file, String key, String option, String modality, String... told) {
    var said =
        Command.syncyte(
            "train",
            folder.resolve(file).toString(),
            "--model",
            "TOTALVI",
            "--protein-key",
            key,
            option,
            modality,
            "-o",
            folder.resolve("refused").toString());
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains(told).hasLineCount(1);
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void refusesDamagedFilesInOneWay() throws Exception {
    var bytes = Files.readAllBytes(folder.resolve("cells.h5mu"));
    var random = new Random(3);
    var file = folder.resolve("damaged.h5mu");
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      var damaged =
          round % 3 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
      for (int k = 0; round % 3 != 0 && k < 6; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try (var data = H5mu.open(file, H5mu.Modalities.DEFAULT, "p")) {
        data.layer(null).toCsr();
      } catch (H5adException told) {
        assertThat(told).hasMessageContaining("damaged.h5mu");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static float[] latent(String form) {
    try (var mapped = H5ad.read(folder.resolve(form + "-mapped.h5ad"))) {
      return requireNonNull(mapped.obsm().get("X_scVI")).toDense().values();
    }
  }

  private static int run(Object... arguments) {
    return Syncyte.run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }
}
