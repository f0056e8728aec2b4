package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;

/// From counts of genes and antibodies to what cells carry, by the command line alone.
class SurfaceProteinsTest {
  private static final int CELLS = 160;
  private static final int GENES = 30;
  private static final int PROTEINS = 6;

  @TempDir private Path folder;

  @Test
  void trainsDenoisesImputesAndTellsTypes() throws Exception {
    var training = folder.resolve("training.h5ad");
    H5ad.write(cells(), training);
    var totalvi = folder.resolve("totalvi");
    assertThat(
            run(
                "train",
                training,
                "-o",
                totalvi,
                "--model",
                "TOTALVI",
                "--protein-key",
                "antibodies",
                "--batch-key",
                "site",
                "--genes",
                "0",
                "--epochs",
                "8",
                "--batch-size",
                "48",
                "--set",
                "n_latent=4",
                "--set",
                "n_hidden=24",
                "--with-latents"))
        .isZero();
    assertThat(Files.readString(totalvi.resolve("proof.json"))).contains("\"passed\" : true");
    assertThat(Files.readString(totalvi.resolve("README.md"))).contains("TOTALVI");

    var denoised = folder.resolve("denoised.h5ad");
    assertThat(run("proteins", totalvi, training, "-o", denoised, "--samples", "2")).isZero();
    try (var told = H5ad.read(denoised)) {
      var protein = Objects.requireNonNull(told.obsm().get("syncyte_protein")).toDense();
      var foreground =
          Objects.requireNonNull(told.obsm().get("syncyte_protein_foreground")).toDense();
      var imputed = Objects.requireNonNull(told.obsm().get("syncyte_protein_imputed")).toDense();
      assertThat(protein.names()).isEqualTo(names("CD", PROTEINS));
      assertThat(foreground.columns()).isEqualTo(PROTEINS);
      assertThat(imputed.names()).containsExactly("CD" + (PROTEINS - 1));
      for (float probability : foreground.values()) {
        assertThat(probability).isBetween(0f, 1f);
      }
      for (float count : imputed.values()) {
        assertThat(count).isPositive();
      }
    }
    var different = folder.resolve("de.csv");
    var volcano = folder.resolve("de.svg");
    assertThat(
            run(
                "de",
                totalvi,
                training,
                "--group-by",
                "pair",
                "--group",
                "even",
                "--samples",
                "200",
                "--protein-prior-count",
                "0.5",
                "-o",
                different,
                "--plot",
                volcano))
        .isZero();
    var rows = Files.readAllLines(different);
    assertThat(rows).hasSize(1 + GENES + PROTEINS);
    assertThat(rows.getFirst()).startsWith("feature,proba_de,");
    assertThat(rows.subList(1, rows.size()))
        .filteredOn(row -> row.contains("_protein,"))
        .hasSize(PROTEINS);
    assertThat(Files.readString(volcano)).contains("36 features");
    var onlyProteins = folder.resolve("de.json");
    assertThat(
            run(
                "de",
                totalvi,
                training,
                "--group-by",
                "pair",
                "--group",
                "even",
                "--samples",
                "200",
                "--features",
                "proteins",
                "-o",
                onlyProteins))
        .isZero();
    assertThat(new ObjectMapper().readTree(onlyProteins.toFile())).hasSize(PROTEINS);
    var latent = folder.resolve("latent.csv");
    assertThat(run("latent", totalvi, training, "-o", latent)).isZero();
    assertThat(Files.readAllLines(latent)).hasSize(CELLS + 1);

    var totalanvi = folder.resolve("totalanvi");
    assertThat(
            run(
                "train",
                training,
                "-o",
                totalanvi,
                "--model",
                "TOTALANVI",
                "--from",
                totalvi,
                "--labels-key",
                "type",
                "--unlabeled",
                "none",
                "--epochs",
                "10",
                "--batch-size",
                "48",
                "--learning-rate",
                "0.004"))
        .isZero();
    var labels = folder.resolve("labels.csv");
    assertThat(run("predict", totalanvi, training, "-o", labels)).isZero();
    var lines = Files.readAllLines(labels);
    long right =
        IntStream.range(0, CELLS)
            .filter(c -> lines.get(c + 1).contains(c % 2 == 0 ? "B cell" : "T cell"))
            .count();
    assertThat(right).isGreaterThan(CELLS * 9 / 10);
  }

  @Test
  void asksForTheProteinsAndRefusesWhatDoesNotFit() throws Exception {
    var training = folder.resolve("training.h5ad");
    H5ad.write(cells(), training);
    var target = folder.resolve("model");
    assertThat(run("train", training, "-o", target, "--model", "TOTALVI")).isEqualTo(2);
    assertThat(run("train", training, "-o", target, "--protein-key", "antibodies")).isEqualTo(2);
    assertThat(run("train", training, "-o", target, "--model", "TOTALVI", "--protein-key", "adt"))
        .isEqualTo(2);
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

  /// Two types that alternate, with genes and proteins of their own. Of two sites the first knows
  /// its types, and the second did not measure the last protein.
  private static AnnData cells() {
    var random = new Random(1);
    var counts = new float[CELLS * GENES];
    var proteins = new float[CELLS * PROTEINS];
    var sites = new int[CELLS];
    var types = new String[CELLS];
    for (int c = 0; c < CELLS; c++) {
      sites[c] = c / 2 % 2;
      types[c] = sites[c] == 1 ? "none" : c % 2 == 0 ? "B cell" : "T cell";
      for (int g = 0; g < GENES; g++) {
        counts[c * GENES + g] = random.nextInt(g % 2 == c % 2 ? 12 : 3);
      }
      for (int p = 0; p < PROTEINS; p++) {
        boolean missing = sites[c] == 1 && p == PROTEINS - 1;
        proteins[c * PROTEINS + p] = missing ? 0 : 1 + random.nextInt(p % 2 == c % 2 ? 60 : 6);
      }
    }
    return AnnData.of(
            new Dense(CELLS, GENES, counts).toCsr(),
            DataFrame.of(names("cell", CELLS))
                .with("site", new Column.Categorical(sites, List.of("north", "south"), false))
                .with("type", new Column.Strings(types))
                .with(
                    "pair",
                    new Column.Strings(
                        IntStream.range(0, CELLS)
                            .mapToObj(c -> c % 2 == 0 ? "even" : "odd")
                            .toArray(String[]::new))),
            DataFrame.of(names("gene", GENES)))
        .withObsm("antibodies", new Dense(CELLS, PROTEINS, proteins, names("CD", PROTEINS)));
  }

  private static List<String> names(String what, int count) {
    return IntStream.range(0, count).mapToObj(i -> what + i).toList();
  }
}
