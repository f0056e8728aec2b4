package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.distributions.Kl;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.NormalizedExpression;

/// A SCANVI written by the reference library, and what it computed with it.
class PublishedScanviTest {
  @ParameterizedTest
  @ValueSource(strings = {"scvi133-scanvi.pt", "scvi133-scanvi.portable.pt"})
  void answersAsTheReferenceDoes(String file) throws IOException {
    try (var fit = Fit.of(TorchArchive.read(PublishedModelTest.resource(file)))) {
      check(fit);
    }
  }

  @Test
  void answersTheSameAfterSavingAndLoading(@TempDir Path folder) throws IOException {
    var copy = folder.resolve("model.pt");
    try (var fit = Fit.of(TorchArchive.read(PublishedModelTest.resource("scvi133-scanvi.pt")))) {
      TorchArchive.write(fit.saved(), copy);
    }
    var saved = TorchArchive.read(copy);
    assertThat(saved.attributes())
        .containsEntry("unlabeled_category_", "Unknown")
        .doesNotContainKey("labels_");
    try (var fit = Fit.of(saved)) {
      check(fit);
    }
  }

  private static void check(Fit fit) throws IOException {
    var expected =
        new ObjectMapper()
            .readTree(PublishedModelTest.resource("scvi133-scanvi.expected.json").toFile());
    Registry registry = fit.registry();
    assertThat(registry.labels()).containsExactly("B", "NK", "T", "Unknown");
    assertThat(registry.classes()).containsExactly("B", "NK", "T");
    assertThat(registry.setup().unlabeledCategory()).isEqualTo("Unknown");
    try (var cells = H5ad.read(PublishedModelTest.resource("scvi133-scanvi.h5ad"))) {
      var data = registry.bind(cells);
      var latent = LatentRepresentation.of(fit, data);
      close(expected.get("qz_loc"), latent.mean().values());
      close(expected.get("qz_var"), latent.variance().values());
      var told = LabelTransfer.of(fit, data);
      close(expected.get("class_probs_at_mean"), told.probabilities().values());
      assertThat(LabelTransfer.of(fit, latent.mean()).probabilities().values())
          .containsExactly(told.probabilities().values(), Offset.offset(1e-6f));
      close(
          expected.get("px_scale_at_mean"),
          NormalizedExpression.of(fit, data, NormalizedExpression.Options.atMean()).values());
      close(
          expected.get("px_mu_at_mean"),
          NormalizedExpression.of(
                  fit,
                  data,
                  new NormalizedExpression.Options(java.util.List.of(), null, null, 1, Noise.NONE))
              .values());
      var all = java.util.stream.IntStream.range(0, data.cells()).toArray();
      try (var use = fit.network().use()) {
        var batch = new Feed().load(data.read(all), use.arrays());
        var pass = Pass.atMean();
        var posterior = fit.model().inference(batch, pass);
        var counts = fit.model().generative(batch, posterior, pass).counts();
        int[] last = {-1};
        close(
            expected.get("reconst_loss_at_mean"),
            counts.logProbability(batch.counts()).sum(last).neg().toFloatArray());
        close(expected.get("kl_z"), Kl.fromStandard(posterior.latent()).sum(last).toFloatArray());
      }
    }
  }

  /// Relative 1e-5; the reference may hold the first cells only.
  private static void close(JsonNode expected, float[] actual) {
    int i = 0;
    for (var row : expected) {
      for (var value : row.isArray() ? row : java.util.List.of(row)) {
        double want = value.asDouble();
        assertThat((double) actual[i])
            .as("value %d", i)
            .isCloseTo(want, Offset.offset(1e-5 * (1 + Math.abs(want))));
        i++;
      }
    }
    assertThat(i).isGreaterThan(100);
  }
}
