package org.syncyte.worker.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.CardDetails;
import org.syncyte.minify.MinifiedType;
import org.syncyte.models.Fit;
import org.syncyte.worker.folder.Durable;
import org.syncyte.worker.folder.ModelFolder;

/// A finished federated model as files: the pooled cells of the sites that let them go, the final
/// weights, and a card that says how it came about.
///
/// Columns of batches that no site ever sent (they equal the initial weights bit for bit) are set
/// to zero, and the card lists them as private.
final class FederatedModel {
  private FederatedModel() {}

  /// @return file name to file
  static Map<String, Path> write(Publisher.Job job) {
    var spec = job.manifest().spec();
    var untouched = untouched(job);
    var weights =
        Columns.without(job.layout(), job.model(), block -> untouched.contains(block.weightKey()));
    var registry = FitModel.registry(job.manifest());
    try (var fit = Fit.start(spec.model(), spec.config(), registry, spec.seed())) {
      fit.load(weights);
      var cells = cells(job);
      var history = Durable.read(job.history());
      fit.learnedFrom(cells == null ? trainingCells(history) : cells.cells());
      // The sites chose the columns; nobody stands by who could choose others.
      return ModelFolder.write(
          job.folder(), fit, cells, details(job, untouched, cells), history, _ -> {});
    }
  }

  /// The most cells that a round trained on, as the published history says.
  private static long trainingCells(byte[] history) {
    try {
      long most = 0;
      for (var round : new ObjectMapper().readTree(history).path("rounds")) {
        most = Math.max(most, round.path("training_cells").asLong());
      }
      return most;
    } catch (IOException e) {
      throw new IllegalArgumentException("the history of the run is damaged: " + e.getMessage(), e);
    }
  }

  private static @Nullable AnnData cells(Publisher.Job job) {
    if (job.parts().isEmpty()) {
      return null;
    }
    var parts = new LinkedHashMap<String, AnnData>();
    job.parts().forEach((site, file) -> parts.put(site, H5ad.read(file)));
    return Pooled.of(parts, job.manifest().varNames());
  }

  /// Weight keys of blocks that no update ever moved.
  private static Set<String> untouched(Publisher.Job job) {
    var keys = new TreeSet<String>();
    for (var entry : job.layout().tensors()) {
      for (var block : entry.blocks()) {
        keys.add(block.weightKey());
      }
    }
    keys.removeIf(key -> !Columns.same(job.layout(), job.initial(), job.model(), key));
    return keys;
  }

  private static CardDetails details(
      Publisher.Job job, Set<String> untouched, @Nullable AnnData cells) {
    var manifest = job.manifest();
    var spec = manifest.spec();
    var publish = spec.publish();
    Map<String, String> more = publish == null ? Map.of() : publish.more();
    return new CardDetails(
        publish == null ? "other" : publish.license(),
        ModelFolder.ANNDATA,
        list(more.getOrDefault("modality", "rna")),
        list(more.getOrDefault("tissue", "")),
        list(more.getOrDefault("organism", "")),
        spec.labelsKey() != null && !manifest.labels().isEmpty(),
        more.getOrDefault("description", description(job)),
        cells == null ? null : MinifiedType.LATENT_POSTERIOR_PARAMETERS.key(),
        Map.of(),
        more.get("training_data_url"),
        more.get("training_code_url"),
        more.getOrDefault("genome", ""),
        more.getOrDefault("gene_ids", ""),
        more.getOrDefault("references", ""),
        new CardDetails.Federation(
            spec.run(),
            manifest.sites(),
            spec.rounds(),
            "weighted mean of updates, block by block",
            false,
            null,
            null,
            untouched));
  }

  private static String description(Publisher.Job job) {
    var spec = job.manifest().spec();
    return ("%s over %d genes, trained in %d rounds of %d local epochs at %d sites, none of which"
            + " saw the cells of another.")
        .formatted(
            spec.model(),
            job.manifest().varNames().size(),
            spec.rounds(),
            spec.epochsPerRound(),
            job.manifest().sites().size());
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
