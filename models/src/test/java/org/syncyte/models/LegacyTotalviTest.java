package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.tasks.LatentRepresentation;

/// Files of totalVI from before layout 1.3.1, which lack the efficiency of batches.
class LegacyTotalviTest {
  @Test
  @SuppressWarnings("NullAway")
  void filesWithoutEfficiencyRunTheEarlierFormAndKeepTheirVersion(@TempDir Path folder) {
    var truth = ProteinCells.of(30, 1);
    var config = Map.of("n_hidden", "8", "n_latent", "3");
    try (var fit = Fit.start("TOTALVI", config, truth.registry(), 0)) {
      fit.load(fit.state());
      var saved = fit.saved();
      var tensors = new LinkedHashMap<>(saved.state().tensors());
      tensors.remove("log_per_batch_efficiency");
      var attributes = new LinkedHashMap<>(saved.attributes());
      var registry = new TreeMap<String, Object>();
      ((Map<?, ?>) attributes.get("registry_"))
          .forEach((key, value) -> registry.put(key.toString(), value));
      registry.put("scvi_version", "1.1.2");
      attributes.put("registry_", registry);
      var old = new SavedModel(new StateDict(tensors), saved.varNames(), attributes);
      var bound = truth.registry().bind(truth.data());
      try (var earlier = Fit.of(old)) {
        assertThat(earlier.config())
            .containsEntry(Totalvi.LEGACY, "true")
            .containsEntry("activation_function_bg", "exp");
        // Counts enter without division by their mean, so cells lie elsewhere.
        var latent = LatentRepresentation.of(earlier, bound).mean().values();
        assertThat(latent).isNotEqualTo(LatentRepresentation.of(fit, bound).mean().values());
        var file = folder.resolve("model.pt");
        TorchArchive.write(earlier.saved(), file);
        try (var again = Fit.of(TorchArchive.read(file))) {
          assertThat(again.config()).containsEntry("activation_function_bg", "exp");
          assertThat(LatentRepresentation.of(again, bound).mean().values()).isEqualTo(latent);
        }
      } catch (java.io.IOException failure) {
        throw new java.io.UncheckedIOException(failure);
      }
    }
  }
}
