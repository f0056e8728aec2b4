package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.syncyte.worker.cli.Syncyte;

/// A small SCANVI of real blood cells, with everything that a model folder may hold: trained,
/// explained, judged and pushed by the command line.
final class SampleModel {
  private static final Path CELLS = Repository.root().resolve("deploy/samples/pbmc/pbmc_v3.h5ad");

  private SampleModel() {}

  static void publish(HubProcess hub, String repo, Path work) throws IOException {
    var model = work.resolve("model");
    run(
        "train",
        CELLS,
        "-o",
        model,
        "--model",
        "SCANVI",
        "--labels-key",
        "cell_type",
        "--genes",
        "400",
        "--epochs",
        "6",
        "--with-latents");
    run("attribute", model, CELLS, "--cells", "300", "-o", work.resolve("genes.csv"), "--publish");
    run("predict", model, CELLS, "-o", work.resolve("told.csv"), "--publish");
    run(
        "push",
        model,
        repo,
        "--hub",
        hub.address(),
        "--token-file",
        hub.data().resolve("admin.token"));
  }

  private static void run(Object... arguments) {
    var texts = new ArrayList<String>();
    for (var argument : arguments) {
      texts.add(argument.toString());
    }
    texts.add("--quiet");
    assertThat(Syncyte.run(texts.toArray(String[]::new)))
        .as(List.of(arguments).toString())
        .isZero();
  }
}
