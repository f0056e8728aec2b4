package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Binding;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.metrics.NeighbourAccuracy;
import org.syncyte.models.metrics.SiteMixing;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DifferentialAbundance;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.Latent;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.MarginalLikelihood;
import org.syncyte.models.tasks.MarkerAbundance;
import org.syncyte.models.tasks.MarkerComparison;
import org.syncyte.models.tasks.MarkerExpression;
import org.syncyte.models.tasks.NeighbourTransfer;
import org.syncyte.models.tasks.PosteriorPredictive;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

class CytoviTrainingTest {
  private static final Setup SETUP = new Setup("scaled", "batch", null, null);
  private static final TrainOptions OPTIONS =
      TrainOptions.of("CYTOVI", 600)
          .withEpochs(60)
          .withKlWarmup(100)
          .withLearningRate(5e-3)
          .validating(null);
  private static final MadeUpMarkers CELLS = MadeUpMarkers.of(600, 1);
  private static Fit fit;
  private static Binding data;
  private static Latent latent;
  private static History history;

  @BeforeAll
  static void trained() {
    var measured = CELLS.measured();
    var registry = registry(measured, SETUP);
    fit = Fit.start("CYTOVI", Map.of("n_hidden", "32"), registry, 0);
    data = registry.bind(measured);
    history = Trainer.train(fit, data, OPTIONS, TrainListener.NONE);
    latent = LatentRepresentation.of(fit, data);
  }

  @AfterAll
  static void close() {
    fit.close();
  }

  private static Registry registry(org.syncyte.anndata.AnnData cells, Setup setup) {
    return Registry.of(cells, setup).withMarkers(cells, null, "sample");
  }

  private static Column column(String name) {
    return Objects.requireNonNull(CELLS.complete().obs().columns().get(name));
  }

  @Test
  void hiddenMarkersAreImputed() {
    var imputed = MarkerExpression.of(fit, data, MarkerExpression.Options.imputation());
    assertThat(correlation(imputed, "m02")).isGreaterThan(0.9);
    assertThat(correlation(imputed, "m09")).isGreaterThan(0.9);

    var filled = MarkerExpression.imputed(data, imputed);
    int hidden = CELLS.complete().var().index().indexOf("m02");
    var truth = CELLS.complete().layer("scaled").toDense();
    assertThat(filled.at(0, hidden)).isEqualTo(truth.at(0, hidden));
    assertThat(filled.at(1, hidden)).isEqualTo(imputed.at(1, hidden));
  }

  @Test
  void batchesMixAndTypesSeparate() {
    assertThat(SiteMixing.of(latent.mean(), CELLS.batches(), 15)).isGreaterThan(0.4);
    var across = NeighbourAccuracy.acrossSites(latent.mean(), CELLS.types(), CELLS.batches(), 15);
    assertThat(across[0]).isGreaterThan(0.95);
    assertThat(across[1]).isGreaterThan(0.95);
  }

  @Test
  void measuresCarryThePublishedNames() {
    assertThat(history.last("elbo_validation"))
        .isLessThan(history.of("elbo_validation").getFirst());
    assertThat(history.last("kl_weight")).isEqualTo(59.0 / 100, within(1e-6));
    assertThat(TrainOptions.of("CYTOVI", 9).epochs()).isEqualTo(1000);
  }

  @Test
  void labelsAndValuesAreTransferredAcrossBatches() {
    int[] reference = chosen(0);
    int[] query = chosen(1);
    var told =
        NeighbourTransfer.categories(
            rows(latent.mean(), reference),
            column("type").at(reference),
            rows(latent.mean(), query),
            20);
    int right = 0;
    for (int i = 0; i < query.length; i++) {
      right += told.categories().codes()[i] == CELLS.types()[query[i]] ? 1 : 0;
      assertThat(told.uncertainty()[i]).isBetween(0.0, 1.0);
    }
    assertThat(right).isGreaterThan((int) (0.95 * query.length));

    var rna = new Dense(reference.length, 1, new float[reference.length]);
    for (int i = 0; i < reference.length; i++) {
      rna.values()[i] = CELLS.types()[reference[i]];
    }
    var all = NeighbourTransfer.imputed(latent.mean(), reference, rna.toCsr(), 20);
    assertThat(all.at(reference[5], 0)).isEqualTo(rna.at(5, 0));
    double off = 0;
    for (int cell : query) {
      off += Math.abs(all.at(cell, 0) - CELLS.types()[cell]) / query.length;
    }
    assertThat(off).isLessThan(0.2);
  }

  @Test
  void abundanceRisesWhereTheRareTypeIs() {
    var samples = Comparison.groups(CELLS.complete().obs(), "sample");
    var names = List.copyOf(samples.keySet());
    var conditions = MarkerAbundance.conditions(column("sample"), column("condition"));
    for (var densities :
        List.of(
            DifferentialAbundance.of(latent, samples, 100, null, 0),
            MarkerAbundance.asPublished(latent, samples, 100, null, 0))) {
      var abundance = MarkerAbundance.between(densities, names, conditions);
      var rise = Objects.requireNonNull(abundance.get("b"));
      assertThat(mean(rise, 3)).isGreaterThan(0.5).isGreaterThan(mean(rise, 0) + 0.5);
      var fall = Objects.requireNonNull(abundance.get("a"));
      assertThat(fall[0]).isEqualTo(-rise[0], within(1e-9));
    }
    assertThatThrownBy(() -> MarkerAbundance.conditions(column("sample"), column("type")))
        .hasMessageContaining("sample 's1' belongs to");
  }

  @Test
  void markersOfATypeAreFound() {
    var comparisons = Comparison.by(CELLS.complete().obs(), "type", List.of("t0"), "t2");
    var table =
        MarkerComparison.of(
            fit, data, comparisons, column("sample"), MarkerComparison.OPTIONS.withSamples(400));
    var change = (Column.Floats) Objects.requireNonNull(table.columns().get("lfc_mean"));
    for (int row = 0; row < table.size(); row++) {
      int marker = Integer.parseInt(table.index().get(row).substring(1));
      // Patterns of types 0 and 2 are opposite: whether a type has marker g is (g + type) % 4 < 2.
      assertThat(change.values()[row] > 0).as(table.index().get(row)).isEqualTo(marker % 4 < 2);
    }
  }

  @Test
  void drawnCellsLookLikeTheMeasuredOnes() {
    var drawn =
        PosteriorPredictive.counts(fit, data, PosteriorPredictive.Options.STANDARD)
            .getFirst()
            .toDense();
    var truth = CELLS.complete().layer("scaled").toDense();
    for (int g = 0; g < MadeUpMarkers.MARKERS; g++) {
      var moments = new double[4];
      for (int cell : chosen(0)) {
        moments[0] += drawn.at(cell, g) / 300;
        moments[1] += truth.at(cell, g) / 300;
        moments[2] += drawn.at(cell, g) * drawn.at(cell, g) / 300;
        moments[3] += truth.at(cell, g) * truth.at(cell, g) / 300;
      }
      assertThat(moments[0]).isEqualTo(moments[1], within(0.1));
      assertThat(moments[2]).isEqualTo(moments[3], within(0.1));
    }
  }

  @Test
  void theEvidenceIsNotBelowItsBound() {
    var few = registry(CELLS.measured(), SETUP).bind(CELLS.measured());
    double bound = Elbo.of(fit, few).mean();
    double evidence = Arrays.stream(MarginalLikelihood.of(fit, few, 20)).average().orElseThrow();
    assertThat(evidence).isFinite().isGreaterThan(bound);
  }

  @Test
  void savedModelsReadTheSameMarkers(@TempDir Path folder) throws Exception {
    var file = folder.resolve("model.pt");
    TorchArchive.write(fit.saved(), file);
    try (var back = Fit.of(TorchArchive.read(file))) {
      assertThat(back.registry()).isEqualTo(fit.registry());
      assertThat(back.config()).containsEntry("n_latent", "10").containsEntry("n_hidden", "32");
      assertThat(LatentRepresentation.of(back, data).mean().values())
          .isEqualTo(latent.mean().values());
      // A query without the hidden markers, and without a mask, is read as the second batch is.
      var query = CELLS.measured();
      var bare =
          new org.syncyte.anndata.AnnData(
              null,
              query.obs(),
              query.var(),
              Map.of("scaled", query.layer("scaled")),
              Map.of(),
              Map.of(),
              Map.of(),
              Map.of(),
              null);
      assertThat(LatentRepresentation.of(back, back.registry().bind(bare)).mean().values())
          .isEqualTo(latent.mean().values());
    }
  }

  @Test
  void labelPriorAndBetaLikelihoodTrainOnMaskedData() {
    var measured = CELLS.measured();
    var registry = registry(measured, new Setup("scaled", "batch", "type", null));
    var config = Map.of("protein_likelihood", "beta", "n_hidden", "16", "n_latent", "4");
    try (var beta = Fit.start("CYTOVI", config, registry, 0)) {
      var bound = registry.bind(measured);
      var course = Trainer.train(beta, bound, OPTIONS.withEpochs(15), TrainListener.NONE);
      assertThat(course.last("train_loss")).isFinite();
      assertThat(course.last("elbo_train")).isLessThan(course.of("elbo_train").getFirst());
      assertThat(Objects.requireNonNull(beta.state().tensors().get("prior_means")).shape())
          .containsExactly(4, 4);
      var values =
          MarkerExpression.of(
              beta,
              bound,
              new MarkerExpression.Options(List.of("one"), false, false, 1, Noise.NONE));
      for (float value : values.values()) {
        assertThat(value).isBetween(0f, 1f);
      }
    }
  }

  @Test
  void refusesBadInputInOneSentence() {
    var measured = CELLS.measured();
    var registry = registry(measured, SETUP);
    assertThatThrownBy(() -> Fit.start("CYTOVI", Map.of(), Registry.of(measured, SETUP), 0))
        .hasMessageContaining("set the registry up with markers");
    assertThatThrownBy(() -> Fit.start("SCVI", Map.of(), registry, 0))
        .hasMessageContaining("SCVI reads counts");
    assertThatThrownBy(
            () -> Fit.start("CYTOVI", Map.of("encoder_marker_list", "m01,m02"), registry, 0))
        .hasMessageContaining("[m02], not measured in every cell");
    assertThatThrownBy(() ->
            Fit.start(
                "CYTOVI",
                Map.of("encoder_marker_list", "CD3"),
                registry(CELLS.complete(), SETUP),
                0))
        .hasMessageContaining("'CD3'");
    var ends = Arrays.copyOf(CELLS.complete().layer("scaled").toDense().values(), 60);
    ends[13] = 1;
    var some = IntStream.range(0, 5).toArray();
    var cells =
        org.syncyte.anndata.AnnData.of(
            new Dense(5, 12, ends), CELLS.complete().obs().at(some), CELLS.complete().var());
    var setup = new Setup(null, "batch", null, null);
    try (var beta =
        Fit.start("CYTOVI", Map.of("protein_likelihood", "beta"), registry(cells, setup), 0)) {
      assertThatThrownBy(
              () -> Trainer.train(beta, beta.registry().bind(cells), OPTIONS, TrainListener.NONE))
          .hasMessageContaining("value 1.0 of cell 1, marker 'm01'");
      var one =
          org.syncyte.anndata.AnnData.of(
              new Dense(1, 12, Arrays.copyOf(ends, 12)),
              CELLS.complete().obs().at(new int[] {0}),
              CELLS.complete().var());
      assertThatThrownBy(
              () -> Trainer.train(beta, beta.registry().bind(one), OPTIONS, TrainListener.NONE))
          .hasMessageContaining("1 cells; at least three");
    }
  }

  private static double correlation(Dense imputed, String marker) {
    int g = CELLS.complete().var().index().indexOf(marker);
    var truth = CELLS.complete().layer("scaled").toDense();
    int[] cells = chosen(1);
    return new PearsonsCorrelation()
        .correlation(
            Arrays.stream(cells).mapToDouble(c -> imputed.at(c, g)).toArray(),
            Arrays.stream(cells).mapToDouble(c -> truth.at(c, g)).toArray());
  }

  private static int[] chosen(int batch) {
    return IntStream.range(0, CELLS.types().length)
        .filter(c -> CELLS.batches()[c] == batch)
        .toArray();
  }

  private static Dense rows(Dense all, int[] chosen) {
    return all.rows(chosen).toDense();
  }

  private static double mean(double[] values, int type) {
    return IntStream.range(0, values.length)
        .filter(c -> CELLS.types()[c] == type)
        .mapToDouble(c -> values[c])
        .average()
        .orElseThrow();
  }
}
