package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.NormalizedExpression;

/// Models written by the reference library, and what it computed with them.
class PublishedModelTest {
  private static final JsonNode EXPECTED = expected();

  @ParameterizedTest
  @ValueSource(
      strings = {"scvi133-scvi.pt", "scvi133-scvi.portable.pt", "scvi133-scvi-minified.pt"})
  void answersAsTheReferenceDoes(String file) throws IOException {
    try (var fit = Fit.of(TorchArchive.read(resource(file)))) {
      check(fit);
    }
  }

  @Test
  void answersTheSameAfterSavingAndLoading(@TempDir Path folder) throws IOException {
    var copy = folder.resolve("model.pt");
    try (var fit = Fit.of(TorchArchive.read(resource("scvi133-scvi.pt")))) {
      TorchArchive.write(fit.saved(), copy);
    }
    try (var fit = Fit.of(TorchArchive.read(copy))) {
      check(fit);
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void refusesStateWithMissingMisshapenOrUnknownTensor() throws IOException {
    var saved = TorchArchive.read(resource("scvi133-scvi.pt"));
    var missing = new LinkedHashMap<>(saved.state().tensors());
    missing.remove("px_r");
    var misshapen = new LinkedHashMap<>(saved.state().tensors());
    misshapen.put("px_r", new Tensor.Floats(new long[] {3}, new float[3]));
    var unknown = new LinkedHashMap<>(saved.state().tensors());
    unknown.put("px_q", new Tensor.Floats(new long[] {3}, new float[3]));
    for (var tensors : java.util.List.of(missing, misshapen, unknown)) {
      assertThatThrownBy(() ->
              Fit.of(new SavedModel(new StateDict(tensors), saved.varNames(), saved.attributes()))
                  .close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("px_");
    }
    try (var fit = Fit.of(saved)) {
      assertThatThrownBy(() -> fit.load(new StateDict(missing)))
          .isInstanceOf(IllegalArgumentException.class);
      check(fit);
    }
  }

  private static void check(Fit fit) throws IOException {
    assertThat(fit.trained()).isTrue();
    assertThat(fit.registry().batches()).containsExactly("siteA", "siteB");
    try (var cells = H5ad.read(resource("scvi133-scvi.h5ad"))) {
      var data = fit.registry().bind(cells);
      var latent = LatentRepresentation.of(fit, data);
      close("qz_loc", latent.mean().values());
      close("qz_var", latent.variance().values());
      var elbo = Elbo.of(fit, data, Noise.NONE);
      close("reconst_loss_at_mean", floats(elbo.reconstruction()));
      close("kl_z", floats(elbo.kl()));
      close(
          "px_scale_at_mean",
          NormalizedExpression.of(fit, data, NormalizedExpression.Options.atMean()).values());
      close(
          "px_mu_at_mean",
          NormalizedExpression.of(
                  fit,
                  data,
                  new NormalizedExpression.Options(java.util.List.of(), null, null, 1, Noise.NONE))
              .values());
    }
  }

  /// Relative 1e-5; the reference may hold the first cells only.
  private static void close(String name, float[] actual) {
    int i = 0;
    for (var row : EXPECTED.get(name)) {
      for (var value : row.isArray() ? row : java.util.List.of(row)) {
        double want = value.asDouble();
        assertThat((double) actual[i])
            .as("%s[%d]", name, i)
            .isCloseTo(want, Offset.offset(1e-5 * (1 + Math.abs(want))));
        i++;
      }
    }
    assertThat(i).as(name).isGreaterThan(100);
  }

  private static float[] floats(double[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(PublishedModelTest.class.getResource("/fixtures/" + name))
              .toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(resource("scvi133-scvi.expected.json").toFile());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
