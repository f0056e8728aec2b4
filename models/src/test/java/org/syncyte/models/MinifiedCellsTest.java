package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.minify.MinifiedType;
import org.syncyte.minify.Minifier;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.Latent;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.NormalizedExpression;
import org.syncyte.models.tasks.QueryMapping;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

class MinifiedCellsTest {
  private static final TrainOptions ONCE = TrainOptions.DEFAULT.withEpochs(1);

  @ParameterizedTest
  @ValueSource(strings = {"scvi133-scvi-minified.pt", "scvi133-scvi-minified.portable.pt"})
  void answerAsTheFullDataDo(String file) throws IOException {
    var expected = expected("scvi133-scvi.expected.json");
    try (var fit = Fit.of(TorchArchive.read(PublishedModelTest.resource(file)));
        var cells = H5ad.open(PublishedModelTest.resource("scvi133-scvi-minified.h5ad"))) {
      assertThat(Minifier.type(cells)).contains(MinifiedType.LATENT_POSTERIOR_PARAMETERS);
      var data = fit.bind(cells);
      assertThat(data.hasCounts()).isFalse();
      var latent = LatentRepresentation.of(fit, data);
      close(expected.get("qz_loc"), latent.mean().values());
      close(expected.get("qz_var"), latent.variance().values());
      close(
          expected.get("px_scale_at_mean"),
          NormalizedExpression.of(fit, data, NormalizedExpression.Options.atMean()).values());
      close(expected.get("px_mu_at_mean"), atLibrary(fit, data));
      try (var use = fit.network().use()) {
        var batch = new Feed().load(data.read(IntStream.range(0, 12).toArray()), use.arrays());
        var posterior = fit.model().posterior(batch, Pass.atMean());
        var counts = fit.model().generative(batch, posterior, Pass.atMean()).counts();
        assertThat(counts).isInstanceOf(ZeroInflatedNegativeBinomial.class);
        if (counts instanceof ZeroInflatedNegativeBinomial(var mu, var theta, var logits)) {
          close(expected.get("px_mu_at_mean"), mu.toFloatArray());
          close(expected.get("px_theta_at_mean"), theta.broadcast(mu.getShape()).toFloatArray());
          close(expected.get("zi_logits_at_mean"), logits.toFloatArray());
        }
      }
      refused(() -> Elbo.of(fit, data), "evidence lower bound does not support minified data");
      refused(
          () -> Trainer.train(fit, data, ONCE, TrainListener.NONE),
          "training does not support minified data");
      refused(() -> QueryMapping.begin(fit, cells, QueryMapping.Options.DEFAULT), "minified");
    }
  }

  @Test
  void withCountsLatentsAreTheStoredOnesAndEvidenceTakesTheFullPass() throws IOException {
    try (var fit =
            Fit.of(TorchArchive.read(PublishedModelTest.resource("scvi133-scvi-minified.pt")));
        var full = H5ad.read(PublishedModelTest.resource("scvi133-scvi.h5ad"))) {
      var latent = LatentRepresentation.of(fit, fit.bind(full));
      var shifted = new Latent(plus(latent.mean(), 0.5f), latent.variance());
      var data =
          fit.bind(
              minified(
                  full, shifted, "counts", MinifiedType.LATENT_POSTERIOR_PARAMETERS_WITH_COUNTS));
      assertThat(data.hasCounts()).isTrue();
      assertThat(LatentRepresentation.of(fit, data).mean().values())
          .isEqualTo(shifted.mean().values());
      assertThat(atLibrary(fit, data)).isNotEqualTo(atLibrary(fit, fit.bind(full)));
      assertThat(Elbo.of(fit, data, Noise.NONE).reconstruction())
          .isEqualTo(Elbo.of(fit, fit.bind(full), Noise.NONE).reconstruction());
      assertThat(Trainer.train(fit, data, ONCE, TrainListener.NONE).epochs()).isEqualTo(1);
    }
  }

  @Test
  void labelsAreToldFromTheStoredLatents() throws IOException {
    try (var fit = Fit.of(TorchArchive.read(PublishedModelTest.resource("scvi133-scanvi.pt")));
        var full = H5ad.read(PublishedModelTest.resource("scvi133-scanvi.h5ad"))) {
      var expected = expected("scvi133-scanvi.expected.json").get("class_probs_at_mean");
      var latent = LatentRepresentation.of(fit, fit.bind(full));
      var layer = fit.registry().setup().layer();
      var cells =
          Minifier.minify(
              full,
              "scanvi",
              latent.mean(),
              latent.variance(),
              Minifier.librarySize(full, layer),
              MinifiedType.LATENT_POSTERIOR_PARAMETERS);
      refused(() -> fit.bind(cells), "the model was saved without minified data");
      var stored = Minifier.latent(cells, "scanvi");
      var data =
          MinifiedCells.of(
              fit.registry().bind(org.syncyte.anndata.fields.Check.NONE, null, cells),
              stored,
              fit.model().latent(),
              false);
      close(expected, LabelTransfer.of(fit, data).probabilities().values());
    }
  }

  @Test
  void aModelThatWasMinifiedTakesFullDataAsWell() throws IOException {
    try (var fit =
            Fit.of(TorchArchive.read(PublishedModelTest.resource("scvi133-scvi-minified.pt")));
        var full = H5ad.read(PublishedModelTest.resource("scvi133-scvi.h5ad"))) {
      var data = fit.bind(full);
      assertThat(data.hasCounts()).isTrue();
      close(
          expected("scvi133-scvi.expected.json").get("reconst_loss_at_mean"),
          floats(Elbo.of(fit, data, Noise.NONE).reconstruction()));
    }
  }

  @Test
  void aSizeFactorStandsForTheLibraryOfMinifiedCellsToo() {
    var cells = MadeUpCells.of(60, 1);
    var factors = new double[60];
    for (int i = 0; i < 60; i++) {
      factors[i] = 1 + i;
    }
    var data = cells.withObs(cells.obs().with("factor", new Column.Floats(factors, false)));
    var registry = Registry.of(data, new Setup(null, "site", null, "factor"));
    try (var fit = Fit.start("SCVI", Map.of("n_hidden", "8"), registry, 0)) {
      Trainer.train(fit, registry.bind(data), ONCE, TrainListener.NONE);
      var latent = LatentRepresentation.of(fit, fit.bind(data));
      var small = minified(data, latent, null, MinifiedType.LATENT_POSTERIOR_PARAMETERS);
      assertThat(atLibrary(fit, fit.bind(small)))
          .containsExactly(atLibrary(fit, fit.bind(data)), Offset.offset(1e-4f));
    }
  }

  @Test
  void refusesPosteriorsOfAnotherModelAndDamagedOnes() {
    var cells = MadeUpCells.of(30, 1);
    var registry = Registry.of(cells, new Setup(null, "site", null, null));
    try (var fit = Fit.start("SCVI", Map.of("n_latent", "4"), registry, 0)) {
      fit.load(fit.state());
      var latent = LatentRepresentation.of(fit, fit.bind(cells));
      var small = minified(cells, latent, null, MinifiedType.LATENT_POSTERIOR_PARAMETERS);
      var narrow = new Dense(30, 2, new float[60]);
      refused(
          () -> fit.bind(small.withObsm("scvi_latent_qzm", narrow)),
          "they belong to another model");
      var nan = latent.mean().values().clone();
      nan[5] = Float.NaN;
      refused(
          () -> fit.bind(small.withObsm("scvi_latent_qzm", new Dense(30, 4, nan))),
          "minified cell 1: latent mean NaN");
      refused(() -> fit.bind(small.withUns("_scvi_adata_minify_type", "half")), "'half'");
    }
  }

  private static AnnData minified(
      AnnData cells,
      Latent latent,
      @org.jspecify.annotations.Nullable String layer,
      MinifiedType type) {
    return Minifier.minify(
        cells, latent.mean(), latent.variance(), Minifier.librarySize(cells, layer), type);
  }

  private static float[] atLibrary(Fit fit, DataSource data) {
    var options = new NormalizedExpression.Options(List.of(), null, null, 1, Noise.NONE);
    return NormalizedExpression.of(fit, data, options).values();
  }

  private static Dense plus(Dense values, float more) {
    var moved = values.values().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += more;
    }
    return new Dense(values.rows(), values.columns(), moved);
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  private static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(PublishedModelTest.resource(name).toFile());
  }

  private static float[] floats(double[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /// Relative 1e-5; the reference may hold the first cells only.
  private static void close(JsonNode expected, float[] actual) {
    int i = 0;
    for (var row : expected) {
      for (var value : row.isArray() ? row : List.of(row)) {
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
