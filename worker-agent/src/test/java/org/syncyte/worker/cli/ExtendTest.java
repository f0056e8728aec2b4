package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.TorchArchive;

/// A third site joins a model of two, and minified cells answer, by the command line alone.
class ExtendTest {
  private static final int GENES = 30;

  @TempDir private Path folder;

  @Test
  void aThirdSiteJoinsAndTheResultIsAModelFolder() throws IOException {
    var reference = write("reference", cells(120, 1, List.of("north", "south"), true));
    var query = write("query", cells(60, 2, List.of("east"), false));
    var model = folder.resolve("model");
    assertThat(
            run(
                "train",
                reference,
                "-o",
                model,
                "--model",
                "SCANVI",
                "--batch-key",
                "site",
                "--labels-key",
                "type",
                "--genes",
                "0",
                "--epochs",
                "3",
                "--with-latents",
                "--set",
                "n_latent=4",
                "--set",
                "n_hidden=16",
                "--set",
                "encode_covariates=true"))
        .isZero();
    var larger = folder.resolve("larger");
    assertThat(run("extend", model, query, "-o", larger, "--epochs", "3", "--with-latents"))
        .isZero();
    assertThat(larger).isDirectoryContaining("glob:**/model.onnx");
    assertThat(Files.readString(larger.resolve("proof.json"))).contains("\"passed\" : true");
    var saved = TorchArchive.read(larger.resolve("model.pt"));
    assertThat(String.valueOf(saved.attributes().get("registry_")))
        .contains("[north, south, east]")
        .contains("n_cells=60");
    assertThat(
            String.valueOf(
                TorchArchive.read(model.resolve("model.pt")).attributes().get("registry_")))
        .contains("n_cells=120");

    // From counts and from what is stored of the same cells: the same places.
    var counted = folder.resolve("counted.h5ad");
    var stored = folder.resolve("stored.h5ad");
    assertThat(run("latent", larger, query, "-o", counted)).isZero();
    assertThat(run("latent", larger, larger, "-o", stored)).isZero();
    try (var one = H5ad.read(counted);
        var two = H5ad.read(stored)) {
      assertThat(Objects.requireNonNull(two.obsm().get("X_scVI")).toDense().values())
          .containsExactly(
              Objects.requireNonNull(one.obsm().get("X_scVI")).toDense().values(),
              org.assertj.core.data.Offset.offset(1e-6f));
    }
    assertThat(run("predict", larger, query, "-o", folder.resolve("labels.csv"))).isZero();
    assertThat(run("extend", model, query, "-o", larger)).isEqualTo(2);
    assertThat(run("extend", model, query, "-o", folder.resolve("x"), "--set", "freeze_all=true"))
        .isEqualTo(2);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private Path write(String name, AnnData cells) {
    var file = folder.resolve(name + ".h5ad");
    H5ad.write(cells, file);
    return file;
  }

  private static int run(Object... arguments) {
    var texts = new ArrayList<String>();
    for (var argument : arguments) {
      texts.add(argument.toString());
    }
    texts.addAll(List.of("--threads", "1", "--quiet"));
    return Syncyte.run(texts.toArray(String[]::new));
  }

  private static AnnData cells(int count, long seed, List<String> sites, boolean labelled) {
    var random = new Random(seed);
    var counts = new float[count * GENES];
    var names = new ArrayList<String>();
    var genes = new ArrayList<String>();
    var codes = new int[count];
    var types = new String[count];
    for (int c = 0; c < count; c++) {
      names.add("cell" + c);
      codes[c] = c % sites.size();
      types[c] = c / 2 % 2 == 0 ? "B cell" : "T cell";
      for (int g = 0; g < GENES; g++) {
        counts[c * GENES + g] = random.nextInt(g % 2 == c / 2 % 2 ? 12 : 3);
      }
    }
    for (int g = 0; g < GENES; g++) {
      genes.add("gene" + g);
    }
    var columns = new java.util.LinkedHashMap<String, Column>();
    columns.put("site", new Column.Categorical(codes, sites, false));
    if (labelled) {
      columns.put("type", new Column.Strings(types));
    }
    return new AnnData(
        new Dense(count, GENES, counts),
        new DataFrame(names, columns),
        DataFrame.of(genes),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        null);
  }
}
