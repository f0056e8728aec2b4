package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.History;
import org.syncyte.models.train.Adversary;
import org.syncyte.models.train.EarlyStopping;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Trains a model on local files.
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a model on one or more h5ad or h5mu files and writes a model folder that loads here and in",
      "scvi-tools. Counts stay in the files; only minibatches are read."
    })
final class Train implements Callable<Integer> {
  @Mixin private CellOptions cells;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "The model folder; must not exist.")
  private Path folder;

  @Option(
      names = "--model",
      paramLabel = "CLASS",
      description = "Model class (default: ${DEFAULT-VALUE}).",
      defaultValue = "SCVI")
  private String model;

  @Option(names = "--batch-key", paramLabel = "COLUMN", description = "obs column of batches.")
  private @Nullable String batchKey;

  @Option(names = "--labels-key", paramLabel = "COLUMN", description = "obs column of labels.")
  private @Nullable String labelsKey;

  @Option(
      names = "--protein-key",
      paramLabel = "KEY",
      description = {
        "obsm array with counts of surface proteins, for TOTALVI and TOTALANVI (of h5mu files",
        "protein_expression, the name that their proteins get)."
      })
  private @Nullable String proteinKey;

  @Option(
      names = "--protein-names-key",
      paramLabel = "KEY",
      description = "uns entry with the names of the proteins (default: the array's own).")
  private @Nullable String proteinNamesKey;

  @Option(
      names = "--panel-key",
      paramLabel = "COLUMN",
      description = "obs column of antibody panels (default: each batch is one).")
  private @Nullable String panelKey;

  @Option(
      names = "--adversary",
      paramLabel = "auto|on|off",
      description = {
        "Train models of proteins against a classifier that tells batches (default: where a",
        "panel did not measure some protein)."
      },
      defaultValue = "auto")
  private String adversary;

  @Option(
      names = "--sample-key",
      paramLabel = "COLUMN",
      description = "obs column of samples, for CYTOVI.")
  private @Nullable String sampleKey;

  @Option(
      names = "--mask-layer",
      paramLabel = "NAME",
      description = {
        "Layer that says which markers were measured, for CYTOVI (default: _nan_mask if there)."
      })
  private @Nullable String maskLayer;

  @Option(
      names = "--unlabeled",
      paramLabel = "LABEL",
      description =
          "The label of cells that have none, for models that learn labels (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "Unknown")
  private String unlabeled;

  @Option(
      names = "--size-factor-key",
      paramLabel = "COLUMN",
      description = "obs column of size factors, which then stand for the counts of a cell.")
  private @Nullable String sizeFactorKey;

  @Option(
      names = "--categorical",
      paramLabel = "COLUMN",
      split = ",",
      description = "obs columns of further categories that the decoder corrects for.")
  private List<String> categorical = List.of();

  @Option(
      names = "--continuous",
      paramLabel = "COLUMN",
      split = ",",
      description = "obs columns of numbers that the decoder corrects for.")
  private List<String> continuous = List.of();

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description = {
        "Begin a SCANVI with the genes, batches and weights of this SCVI, or a TOTALANVI with",
        "those of this TOTALVI (model folder or model.pt)."
      })
  private @Nullable Path from;

  @Option(
      names = "--genes",
      paramLabel = "N",
      description = "Train on the N most variable genes; 0 takes all (default: ${DEFAULT-VALUE}).",
      defaultValue = "2000")
  private int genes;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A hyper-parameter by its published name, such as n_latent=20 (repeatable).")
  private Map<String, String> config = new LinkedHashMap<>();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = {
        "Epochs (default: 400 up to 20,000 cells, then fewer; with --from at most 10; of CYTOVI",
        "1000, fewer if it stops early)."
      })
  private @Nullable Integer epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Cells of a minibatch (default: 128; of TOTALVI 256).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Step of the optimiser (default: 0.001; of TOTALVI 0.004).")
  private @Nullable Double learningRate;

  @Option(
      names = "--early-stopping",
      description = {
        "Stop when the validation ELBO has not improved for 45 epochs (of TOTALVI always, of"
            + " CYTOVI",
        "always, after 30)."
      })
  private boolean earlyStopping;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides weights, split, order and noise (default: ${DEFAULT-VALUE}).",
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
        "Add the minified data: latents and cell annotations, no counts. They stand for single",
        "cells, so ask whether you may publish them. Needed by 'syncyte map' to name cell types."
      })
  private boolean withLatents;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw the measures of the training over its epochs (.svg).")
  private @Nullable Path plot;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " exists; give another -o, or remove it first, so that no model is overwritten");
    }
    if (plot != null) {
      PictureFile.check(plot);
    }
    if (withLatents && Catalogue.readsMarkers(model)) {
      throw new IllegalArgumentException(
          "%s has no minified form, scvi-tools refuses it; leave out --with-latents ('syncyte impute --labels-from' names cells)"
              .formatted(model));
    }
    engine.apply();
    try (AnnData data = cells.open(Catalogue.proteins(model) ? proteinKey() : null)) {
      try (var source = source()) {
        var registry = source == null ? registry(data) : registry(source, data);
        output.note(
            "%,d cells, %,d genes, %d batches%s"
                .formatted(
                    data.cells(),
                    data.genes(),
                    registry.batches().size(),
                    Explain.labels(registry.classes())));
        try (var fit =
            source == null
                ? Fit.start(model, config, registry, seed)
                : Fit.from(source, model, config, registry, seed)) {
          train(fit, data);
        }
      }
    }
    return 0;
  }

  private void train(Fit fit, AnnData data) throws IOException {
    var bound = fit.registry().bind(data);
    bound.notes().forEach(output::note);
    var usual = TrainOptions.of(model, data.cells());
    int count =
        epochs != null
            ? epochs
            : from == null ? usual.epochs() : TrainOptions.usualEpochsAfter(data.cells());
    var options =
        usual
            .withEpochs(count)
            .withBatchSize(batchSize == null ? usual.batchSize() : batchSize)
            .withLearningRate(learningRate == null ? usual.learningRate() : learningRate)
            .withSeed(seed)
            .withAdversary(adversary())
            .validating(earlyStopping ? EarlyStopping.DEFAULT : usual.earlyStopping());
    try (var interruption = Interruption.watch(() -> {});
        var bar = output.progress("train", count)) {
      long started = System.nanoTime();
      var history =
          Trainer.train(
              fit,
              bound,
              options,
              (epoch, measures) -> {
                double rate = (epoch + 1.0) * data.cells() * 1e9 / (System.nanoTime() - started);
                bar.at(
                    epoch + 1,
                    String.format(
                        Locale.ROOT, "ELBO %.1f  %,.0f cells/s", measures.get("elbo_train"), rate));
                return !interruption.requested();
              });
      if (interruption.requested()) {
        throw new IllegalStateException("stopped; nothing was written");
      }
      bar.close();
      LocalFolder.write(folder, fit, data, bound, license, withLatents, output);
      if (plot != null) {
        PlotTraining.draw(plot, fit.modelClass(), fit.history(), "epoch");
      }
      report(history, data);
    }
  }

  private Adversary adversary() {
    return switch (adversary) {
      case "auto" -> Adversary.DEFAULT;
      case "on" -> Adversary.ON;
      case "off" -> Adversary.OFF;
      default ->
          throw new IllegalArgumentException(
              "--adversary '%s' must be auto, on or off".formatted(adversary));
    };
  }

  private @Nullable Fit source() throws IOException {
    if (from == null) {
      return null;
    }
    if (!learnsLabels()) {
      throw new IllegalArgumentException(
          "--from begins a SCANVI with what a SCVI has learned, or a TOTALANVI with what a TOTALVI"
              + " has; add --model SCANVI or TOTALANVI");
    }
    var source = SavedFit.open(from);
    if (Catalogue.proteins(model) != Catalogue.proteins(source.modelClass())) {
      var found = source.modelClass();
      source.close();
      throw new IllegalArgumentException(
          "%s holds a %s; a %s begins with a %s"
              .formatted(from, found, model, Catalogue.proteins(model) ? "TOTALVI" : "SCVI"));
    }
    return source;
  }

  private boolean learnsLabels() {
    return model.equals("SCANVI") || model.equals("TOTALANVI");
  }

  private @Nullable String proteinKey() {
    return proteinKey == null && cells.multimodal() ? ModalityOptions.PROTEINS : proteinKey;
  }

  private @Nullable ProteinKeys proteins() {
    boolean asked = Catalogue.proteins(model);
    if (asked && proteinKey() == null) {
      throw new IllegalArgumentException(
          "%s models surface proteins; name their array in obsm with --protein-key"
              .formatted(model));
    }
    if (!asked && proteinKey != null) {
      throw new IllegalArgumentException(
          "%s reads no proteins; leave out --protein-key, or add --model TOTALVI".formatted(model));
    }
    var key = asked ? proteinKey() : null;
    return key == null ? null : new ProteinKeys(key, proteinNamesKey, panelKey);
  }

  private Registry registry(AnnData data) {
    if (learnsLabels() && labelsKey == null) {
      throw new IllegalArgumentException(
          "%s learns labels; name their column with --labels-key".formatted(model));
    }
    var setup =
        new Setup(
                cells.layer(),
                batchKey,
                labelsKey,
                sizeFactorKey,
                learnsLabels() ? unlabeled : null)
            .withProteins(proteins());
    var all = Registry.of(data, setup, categorical, continuous);
    if (Catalogue.readsMarkers(model)) {
      return all.withMarkers(data, maskLayer, sampleKey);
    }
    if (maskLayer != null || sampleKey != null) {
      throw new IllegalArgumentException(
          "%s reads no markers; leave out --mask-layer and --sample-key, or add --model CYTOVI"
              .formatted(model));
    }
    return all.withGenes(VariableGenes.choose(data.layer(cells.layer()), all.varNames(), genes));
  }

  /// That of the model to begin from, but for the layer and the labels.
  private Registry registry(Fit source, AnnData data) {
    var theirs = source.registry();
    var setup = theirs.setup();
    var key = labelsKey == null ? setup.labelsKey() : labelsKey;
    if (key == null) {
      throw new IllegalArgumentException(
          "%s was trained without labels; name their column with --labels-key".formatted(from));
    }
    return (cells.layer() == null ? theirs : theirs.withLayer(cells.layer()))
        .relabelled(data, key, unlabeled);
  }

  private void report(History history, AnnData data) {
    double train = history.last("elbo_train");
    double validation = history.last("elbo_validation");
    var values = new LinkedHashMap<String, Object>();
    values.put("folder", folder.toString());
    values.put("model", model);
    values.put("cells", data.cells());
    values.put("epochs", history.epochs());
    values.put("elbo_train", train);
    values.put("elbo_validation", validation);
    var text =
        String.format(
            Locale.ROOT,
            "%s%nELBO %.1f on training cells, %.1f on validation cells (negative, lower is better)",
            folder,
            train,
            validation);
    var accuracy = history.of("validation_accuracy");
    if (!accuracy.isEmpty()) {
      values.put("validation_accuracy", accuracy.getLast());
      text +=
          String.format(
              Locale.ROOT,
              "%n%.1f %% of the labelled validation cells told right",
              100 * accuracy.getLast());
    }
    output.result(text, values);
  }

  /// Small texts that several commands share.
  static final class Explain {
    private Explain() {}

    static String labels(List<String> labels) {
      return labels.size() < 2 ? "" : ", %d labels".formatted(labels.size());
    }
  }
}
