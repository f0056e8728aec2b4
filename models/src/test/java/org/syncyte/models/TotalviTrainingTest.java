package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.Column;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.FeatureCorrelation;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.LikelihoodParameters;
import org.syncyte.models.tasks.MarginalLikelihood;
import org.syncyte.models.tasks.PredictiveSample;
import org.syncyte.models.tasks.ProteinComparison;
import org.syncyte.models.tasks.ProteinExpression;
import org.syncyte.models.train.Adversary;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// One model trained on cells of which the truth is known, and what it answers.
class TotalviTrainingTest {
  private static final int CELLS = 480;
  private static final int MISSED = ProteinCells.PROTEINS - 1;
  private static final Map<String, String> SMALL =
      Map.of("n_hidden", "32", "n_latent", "6", "n_layers_encoder", "1");
  private static final ProteinCells TRUTH = ProteinCells.of(CELLS, 3);

  private static Fit fit;
  private static History history;

  @BeforeAll
  static void train() {
    fit = Fit.start("TOTALVI", SMALL, TRUTH.registry(), 0);
    history =
        Trainer.train(
            fit,
            fit.registry().bind(TRUTH.data()),
            TrainOptions.of("TOTALVI", CELLS).withEpochs(60).withBatchSize(64),
            TrainListener.NONE);
  }

  @AfterAll
  static void close() {
    fit.close();
  }

  @Test
  void historyHasThePublishedNamesAndFalls() {
    assertThat(history.series().keySet())
        .contains(
            "elbo_train",
            "elbo_validation",
            "reconstruction_loss_train",
            "kl_local_train",
            "train_loss",
            "kl_weight",
            "lr-Adam");
    // Two optimisers take turns, so 0.75 n steps are 0.375 n minibatches.
    var weights = history.of("kl_weight");
    assertThat(weights.get(20)).isLessThan(1);
    assertThat(weights.get(30)).isEqualTo(1);
    var elbo = history.of("elbo_validation");
    assertThat(elbo.getLast()).isLessThan(elbo.getFirst() - 20);
  }

  @Test
  void tellsForegroundFromBackground() {
    var bound = fit.registry().bind(TRUTH.data());
    var foreground =
        ProteinExpression.foreground(fit, bound, ProteinExpression.Options.draws(5, 1));
    assertThat(foreground.names())
        .isEqualTo(Objects.requireNonNull(TRUTH.registry().proteins()).names());
    double ranked = 0;
    int close = 0;
    for (int p = 0; p < MISSED; p++) {
      var scores = new ArrayList<double[]>();
      var told = new double[3];
      for (int c = 0; c < CELLS; c++) {
        scores.add(new double[] {foreground.at(c, p), TRUTH.carried()[c][p] ? 1 : 0});
        told[ProteinCells.type(c)] += foreground.at(c, p) * 3 / CELLS;
      }
      ranked += auroc(scores) / MISSED;
      for (int type = 0; type < 3; type++) {
        close += Math.abs(told[type] - ProteinCells.share(type, p)) < 0.25 ? 1 : 0;
      }
    }
    // A tenth of the cells is not of the kind of its type, which genes do not show.
    assertThat(ranked).isGreaterThan(0.87);
    assertThat(close).isGreaterThan(3 * MISSED * 2 / 3);

    var denoised = ProteinExpression.denoised(fit, bound, ProteinExpression.Options.draws(5, 1));
    var all =
        ProteinExpression.denoised(
            fit, bound, ProteinExpression.Options.draws(5, 1).withBackground(true));
    double left = 0;
    double kept = 0;
    double carried = 0;
    for (int c = 0; c < CELLS; c++) {
      for (int p = 0; p < MISSED; p++) {
        double share = denoised.at(c, p) / all.at(c, p);
        if (TRUTH.carried()[c][p]) {
          kept += share;
          carried++;
        } else {
          left += share;
        }
      }
    }
    assertThat(kept / carried).isGreaterThan(0.85);
    assertThat(kept / carried - left / (CELLS * MISSED - carried)).isGreaterThan(0.15);
  }

  /// Of 40 genes, 12 mark each type and 4 none; of protein p, type p mod 3.
  @Test
  void findsTheGenesAndProteinsOfATypeInOneTable() {
    var bound = fit.registry().bind(TRUTH.data());
    var groups = Comparison.by(TRUTH.data().obs(), "type", List.of("a"), null);
    var options = ProteinComparison.OPTIONS.withSamples(1000);
    var both = ProteinComparison.Options.DEFAULT;
    var table = ProteinComparison.of(fit, bound, groups, both, options);
    assertThat(table.size()).isEqualTo(ProteinCells.GENES + ProteinCells.PROTEINS);
    var up = (Column.Floats) table.column("lfc_median").orElseThrow();
    var marked = (Column.Bools) table.column("is_de_fdr_0.05").orElseThrow();
    var raw = (Column.Floats) table.column("raw_mean1").orElseThrow();
    var share = (Column.Floats) table.column("non_zeros_proportion1").orElseThrow();
    var normalized = (Column.Floats) table.column("raw_normalized_mean1").orElseThrow();
    int found = 0;
    for (int row = 0; row < table.size(); row++) {
      var name = table.index().get(row);
      int number = Integer.parseInt(name.replaceAll("[^0-9]", ""));
      boolean protein = name.equals("protein" + number + ProteinComparison.SUFFIX);
      boolean own = protein ? number % 3 == 0 : number / 12 == 0;
      if (own) {
        assertThat(up.values()[row]).as(name).isGreaterThan(0.8);
        found += marked.values()[row] ? 1 : 0;
      } else {
        assertThat(up.values()[row]).as(name).isLessThan(0.3);
      }
      assertThat(Double.isNaN(normalized.values()[row])).as(name).isEqualTo(protein);
      if (protein) {
        // The south did not measure the last protein: its zeros are no counts.
        var cells =
            IntStream.range(0, CELLS)
                .filter(c -> ProteinCells.type(c) == 0)
                .filter(c -> number < MISSED || ProteinCells.site(c) == 0)
                .toArray();
        var counts = Objects.requireNonNull(TRUTH.data().obsm().get("antibodies")).toDense();
        assertThat(raw.values()[row])
            .isCloseTo(
                IntStream.of(cells).mapToDouble(c -> counts.at(c, number)).average().orElseThrow(),
                org.assertj.core.data.Offset.offset(1e-3));
        assertThat(share.values()[row]).isGreaterThan(0.5);
      }
    }
    // Twelve genes and four proteins.
    assertThat(found).isGreaterThanOrEqualTo(14);

    var proteins =
        ProteinComparison.of(
            fit,
            bound,
            groups,
            new ProteinComparison.Options(
                ProteinComparison.Features.PROTEINS, 0.5, true, true, true),
            options.correcting(List.of(), List.of()).leavingOutliers(true));
    assertThat(proteins.index())
        .hasSize(ProteinCells.PROTEINS)
        .allMatch(name -> name.endsWith(ProteinComparison.SUFFIX));
    var means = (Column.Floats) proteins.column("scale1").orElseThrow();
    // Shares of a cell sum to one, and each has 0.5 added.
    assertThat(Arrays.stream(means.values()).sum())
        .isCloseTo(1 + 0.5 * ProteinCells.PROTEINS, org.assertj.core.data.Offset.offset(1e-3));
    var genes =
        ProteinComparison.of(
            fit,
            bound,
            groups,
            new ProteinComparison.Options(ProteinComparison.Features.GENES, 0, false, false, false),
            options.withPseudocounts(null));
    assertThat(genes.index()).hasSize(ProteinCells.GENES).noneMatch(name -> name.contains("prot"));
    assertThatThrownBy(
            () -> ProteinComparison.of(fit, bound, groups, both, options.withImportance(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("importance");
  }

  @Test
  void imputesTheProteinThatOneSiteDidNotMeasure() {
    var imputed =
        ProteinExpression.imputed(
            fit, fit.registry().bind(TRUTH.data()), ProteinExpression.Options.draws(5, 1));
    assertThat(imputed.names()).containsExactly("protein" + MISSED);
    var cells = IntStream.range(0, CELLS).filter(c -> ProteinCells.site(c) == 1).toArray();
    double[] truth = new double[3];
    double[] told = new double[3];
    for (int c : cells) {
      truth[ProteinCells.type(c)] += TRUTH.mean()[c][MISSED] * 3 / cells.length;
      told[ProteinCells.type(c)] += imputed.at(c, 0) * 3 / cells.length;
    }
    // By type, at the level that the other site counts.
    for (int type = 0; type < 3; type++) {
      assertThat(told[type] / truth[type]).as("type %d", type).isBetween(0.5, 2.0);
    }
    assertThat(told[2]).isGreaterThan(2 * Math.max(told[0], told[1]));
    double[] carried = IntStream.of(cells).mapToDouble(c -> TRUTH.mean()[c][MISSED]).toArray();
    double[] guessed = IntStream.of(cells).mapToDouble(c -> imputed.at(c, 0)).toArray();
    assertThat(correlation(carried, guessed)).isGreaterThan(0.6);
  }

  @Test
  void featuresOfOneTypeGoTogether() {
    var matrix =
        FeatureCorrelation.of(
            fit,
            fit.registry().bind(TRUTH.data()),
            new FeatureCorrelation.Options(
                2, 1000, List.of(), FeatureCorrelation.Kind.SPEARMAN, false, 0));
    assertThat(matrix.rows()).isEqualTo(ProteinCells.GENES + ProteinCells.PROTEINS);
    // Protein 3 is carried by type 0, whose genes are 0 to 11.
    int protein = ProteinCells.GENES + 3;
    assertThat(matrix.at(protein, 2)).isGreaterThan(0.3f);
    assertThat(matrix.at(protein, 14)).isLessThan(0);
    assertThat(matrix.at(protein, protein))
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5f));
    assertThat(matrix.at(2, protein)).isEqualTo(matrix.at(protein, 2));
  }

  @Test
  void drawsCountsOfTheRightSize() {
    var bound = fit.registry().bind(TRUTH.data());
    var drawn = PredictiveSample.of(fit, bound, 5);
    double genes = total(drawn.genes().values());
    assertThat(genes).isBetween(0.9 * geneTotal(), 1.1 * geneTotal());
    for (float count : drawn.proteins().values()) {
      assertThat(count).isGreaterThanOrEqualTo(0).isEqualTo((float) Math.rint(count));
    }
    // A bound lies below what it bounds.
    double bounded = Elbo.of(fit, bound).mean();
    double evidence = Arrays.stream(MarginalLikelihood.of(fit, bound, 20)).average().orElseThrow();
    assertThat(evidence).isGreaterThan(bounded).isLessThan(bounded / 4);
    var parameters = LikelihoodParameters.of(fit, bound, Noise.NONE);
    assertThat(parameters).containsKeys("mean", "dispersions", "protein_mixing");
    assertThat(total(Objects.requireNonNull(parameters.get("mean")).values()))
        .isCloseTo(geneTotal(), org.assertj.core.data.Offset.offset(geneTotal() * 1e-4));
    assertThat(Objects.requireNonNull(parameters.get("protein_foreground")).at(0, 0))
        .isGreaterThan(Objects.requireNonNull(parameters.get("protein_background")).at(0, 0));
  }

  @Test
  void answersTheSameAfterSavingAndLoading(@TempDir Path folder) throws Exception {
    var file = folder.resolve("model.pt");
    TorchArchive.write(fit.saved(), file);
    var bound = fit.registry().bind(TRUTH.data());
    try (var copy = Fit.of(TorchArchive.read(file))) {
      assertThat(copy.registry()).isEqualTo(fit.registry());
      assertThat(copy.arguments()).isEqualTo(fit.arguments());
      assertThat(LatentRepresentation.of(copy, bound).mean().values())
          .isEqualTo(LatentRepresentation.of(fit, bound).mean().values());
      assertThat(
              ProteinExpression.denoised(copy, bound, ProteinExpression.Options.atMean()).values())
          .isEqualTo(
              ProteinExpression.denoised(fit, bound, ProteinExpression.Options.atMean()).values());
    }
  }

  @Test
  void totalanviBeginsFromItAndTellsTypesOfUnlabelledCells() {
    var types = new String[CELLS];
    for (int c = 0; c < CELLS; c++) {
      types[c] = c % 5 == 0 ? "abc".substring(c % 3, c % 3 + 1) : "Unknown";
    }
    var obs = TRUTH.data().obs().with("known", new Column.Strings(types));
    var data = TRUTH.data().withObs(obs);
    var registry = fit.registry().relabelled(data, "known", "Unknown");
    try (var labelled = Fit.from(fit, "TOTALANVI", Map.of(), registry, 0)) {
      var before = labelled.state();
      var bound = registry.bind(data);
      var course =
          Trainer.train(
              labelled,
              bound,
              TrainOptions.of("TOTALANVI", CELLS).withEpochs(15),
              TrainListener.NONE);
      assertThat(course.series()).containsKeys("train_classification_loss", "adversarial_loss");
      var told = LabelTransfer.of(labelled, bound);
      long right =
          IntStream.range(0, CELLS)
              .filter(c -> c % 5 != 0 && told.label(c).equals("abc".substring(c % 3, c % 3 + 1)))
              .count();
      assertThat((double) right / (CELLS * 0.8)).isGreaterThan(0.95);
      var after = labelled.state();
      for (var name : labelled.kept()) {
        assertThat(after.tensors().get(name))
            .as(name)
            .usingRecursiveComparison()
            .isEqualTo(before.tensors().get(name));
      }
      assertThat(labelled.kept()).hasSize(3);
      assertThat(labelled.saved().attributes().get("unlabeled_category_")).isEqualTo("Unknown");
    }
  }

  @Test
  void equalRunsGiveEqualBytesAndTheAdversaryMatters() {
    var options = TrainOptions.of("TOTALVI", CELLS).withEpochs(2).withPlateau(null);
    var bound = TRUTH.registry().bind(TRUTH.data());
    var states = new ArrayList<float[]>();
    for (var adversary : List.of(Adversary.DEFAULT, Adversary.DEFAULT, Adversary.OFF)) {
      try (var one = Fit.start("TOTALVI", SMALL, TRUTH.registry(), 0)) {
        Trainer.train(one, bound, options.withAdversary(adversary), TrainListener.NONE);
        states.add(LatentRepresentation.of(one, bound).mean().values());
      }
    }
    assertThat(states.get(1)).isEqualTo(states.get(0));
    assertThat(states.get(2)).isNotEqualTo(states.get(0));
  }

  @Test
  void refusesRegistriesWithoutProteins() {
    var plain = MadeUpCells.of(30, 0);
    assertThatThrownBy(() -> Fit.start("TOTALVI", SMALL, MadeUpCells.registry(plain), 0).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("obsm");
  }

  private static double geneTotal() {
    return total(TRUTH.data().layer(null).toDense().values());
  }

  private static double total(float[] values) {
    double total = 0;
    for (float value : values) {
      total += value;
    }
    return total;
  }

  /// Chance that a carried protein scores above one that is not.
  private static double auroc(List<double[]> scores) {
    scores.sort(Comparator.comparingDouble(pair -> pair[0]));
    double ranks = 0;
    double ones = 0;
    for (int i = 0; i < scores.size(); i++) {
      if (scores.get(i)[1] > 0) {
        ranks += i + 1;
        ones++;
      }
    }
    return (ranks - ones * (ones + 1) / 2) / (ones * (scores.size() - ones));
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = IntStream.range(0, a.length).mapToDouble(i -> a[i]).average().orElse(0);
    double meanB = IntStream.range(0, b.length).mapToDouble(i -> b[i]).average().orElse(0);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
