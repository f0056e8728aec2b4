package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.models.Fit;
import org.syncyte.models.Surgery;
import org.syncyte.models.tasks.QueryMapping;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Teaches a model the batches of a query and leaves what it knows.
@Command(
    name = "extend",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Teaches a model the batches of new cells (scArches surgery), as a new folder.",
      "The model takes columns for batches and covariates it has not seen. These",
      "learn; what it knew stays, and so do the places of the cells it was trained",
      "on. Cells without labels learn as unlabelled ones.",
      "",
      "Best with models trained with --set encode_covariates=true",
      "--set use_layer_norm=both --set use_batch_norm=none. Without encode_covariates",
      "the latent space does not change; 'syncyte map' gives it without training."
    },
    footer = {
      "",
      "Example: a third site joins a model of two",
      "  syncyte extend two-sites third.h5ad -o three-sites --epochs 100",
      "  syncyte latent three-sites third.h5ad -o third-mapped.h5ad",
      "  syncyte predict three-sites third.h5ad -o third-labels.csv     (SCANVI)"
    })
final class Extend implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "QUERY",
      description = "h5ad files with raw counts; several are joined over their common genes.")
  private List<Path> queries;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "The new model folder; must not exist.")
  private Path folder;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = "All cells are this batch (default: the model's batch column of the files).")
  private @Nullable String batch;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = {
        "What stays, by its published name (repeatable):",
        "unfrozen=false, freeze_dropout=false,",
        "freeze_expression=true,",
        "freeze_decoder_first_layer=true,",
        "freeze_batchnorm_encoder=true,",
        "freeze_batchnorm_decoder=false,",
        "freeze_classifier=true."
      })
  private Map<String, String> freezing = new LinkedHashMap<>();

  @Option(
      names = "--min-coverage",
      paramLabel = "SHARE",
      description = "Least share of the model's genes (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.5")
  private double minCoverage;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Cells of a minibatch (default: ${DEFAULT-VALUE}).",
      defaultValue = "128")
  private int batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Step of the optimiser (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.001")
  private double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides new weights, split, order and noise (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--license",
      paramLabel = "ID",
      description = "Licence of the card (default: ${DEFAULT-VALUE}).",
      defaultValue = "cc-by-4.0")
  private String license;

  @Option(
      names = "--with-latents",
      description = {
        "Add the minified query: latents and cell annotations, no counts. They stand for single",
        "cells, so ask whether you may publish them."
      })
  private boolean withLatents;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " exists; give another -o, or remove it first, so that no model is overwritten");
    }
    engine.apply();
    var options = new QueryMapping.Options(Surgery.freezing(freezing), minCoverage, seed);
    try (var reference = SavedFit.open(model);
        AnnData data = CellOptions.open(queries, reference);
        var mapping = QueryMapping.begin(reference, placed(reference, data), options)) {
      mapping.notes().forEach(output::note);
      if (mapping.doubtful()) {
        output.note(
            "only %.1f %% of the model's genes are in the query; judge the result with care"
                .formatted(100 * mapping.coverage()));
      }
      train(reference, mapping);
    }
    return 0;
  }

  private AnnData placed(Fit reference, AnnData data) {
    if (batch == null) {
      return data;
    }
    var key = reference.registry().setup().batchKey();
    if (key == null) {
      throw new IllegalArgumentException(
          "the model was trained without batches and cannot take '%s' as one; leave --batch out"
              .formatted(batch));
    }
    var names = new String[data.cells()];
    Arrays.fill(names, batch);
    return data.withObs(data.obs().with(key, new Column.Strings(names)));
  }

  private void train(Fit reference, QueryMapping mapping) {
    var options =
        TrainOptions.QUERY
            .withEpochs(epochs)
            .withBatchSize(batchSize)
            .withLearningRate(learningRate)
            .withSeed(seed);
    var fit = mapping.fit();
    int cells = mapping.cells().cells();
    try (var interruption = Interruption.watch(() -> {});
        var bar = output.progress("extend", epochs)) {
      var history =
          Trainer.train(
              fit,
              mapping.cells(),
              options,
              (epoch, measures) -> {
                bar.at(
                    epoch + 1, String.format(Locale.ROOT, "ELBO %.1f", measures.get("elbo_train")));
                return !interruption.requested();
              });
      if (interruption.requested()) {
        throw new IllegalStateException("stopped; nothing was written");
      }
      bar.close();
      LocalFolder.write(folder, fit, mapping.data(), mapping.cells(), license, withLatents, output);
      var known = reference.registry().batches();
      var fresh = fit.registry().batches().subList(known.size(), fit.registry().batches().size());
      var values = new LinkedHashMap<String, Object>();
      values.put("folder", folder.toString());
      values.put("model", fit.modelClass());
      values.put("cells", cells);
      values.put("coverage", mapping.coverage());
      values.put("new_batches", fresh);
      values.put("epochs", history.epochs());
      values.put("elbo_train", history.last("elbo_train"));
      output.result(
          String.format(
              Locale.ROOT,
              "%s%n%,d cells, %.1f %% of the model's genes, new batches %s%nELBO %.1f (negative,"
                  + " lower is better)",
              folder,
              cells,
              100 * mapping.coverage(),
              fresh.isEmpty() ? "none" : fresh,
              history.last("elbo_train")),
          values);
    }
  }
}
