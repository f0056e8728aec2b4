package org.syncyte.worker.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.onnx.runtime.QueryMapper;
import org.syncyte.worker.hub.HubClient;
import org.syncyte.worker.hub.Progress;

/// Looks at the published model the way its users would: page, download, proof, mapping.
public final class Checks {
  /// Least share of cells that mapping must name as their own site does.
  private static final double AGREEMENT = 0.85;

  /// One thing looked at.
  ///
  /// @param found what was seen, in a few words
  public record Check(String what, boolean passed, String found) {}

  private Checks() {}

  /// @param query an h5ad file with labels to map
  /// @param folder where the model is downloaded to
  public static List<Check> of(Demo.Outcome outcome, Demo demo, Path query, Path folder)
      throws IOException {
    var checks = new ArrayList<Check>();
    int status = new Rest(demo.hub(), null).status(outcome.page().getPath());
    checks.add(new Check("page", status == 200, outcome.page() + " answers " + status));
    var hub = new HubClient(demo.hub(), null);
    String commit = hub.pull(outcome.repo(), "main", folder, Progress.SILENT);
    checks.add(
        new Check(
            "download", commit.equals(outcome.commit()), "every hash right, commit " + commit));
    var proof = new ObjectMapper().readTree(folder.resolve("proof.json").toFile());
    checks.add(
        new Check(
            "proof",
            proof.path("passed").asBoolean(),
            "ONNX answers as the model, within "
                + proof.path("graphs").path("model.onnx").path("max_relative").asText()));
    checks.add(mapping(query, folder));
    return checks;
  }

  private static Check mapping(Path query, Path folder) {
    try (var mapper = QueryMapper.open(folder);
        AnnData cells = H5ad.open(query)) {
      var obs = mapper.map(cells).data().obs();
      var own = obs.column("cell_type").orElseThrow();
      var mapped = obs.column(QueryMapper.LABEL).orElseThrow();
      int same = 0;
      for (int cell = 0; cell < obs.size(); cell++) {
        String name = own.text(cell);
        same += name != null && name.equals(mapped.text(cell)) ? 1 : 0;
      }
      double share = (double) same / obs.size();
      return new Check(
          "mapping",
          share >= AGREEMENT,
          String.format(
              Locale.ROOT,
              "%.1f %% of %,d cells of %s are named as by their site",
              100 * share,
              obs.size(),
              query.getFileName()));
    }
  }
}
