package org.syncyte.worker.site;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.fields.Binding;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.federation.Block;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.aggregate.WeightedMean;
import org.syncyte.federation.message.Progress;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.LibrarySizes;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// A run's model, trained by the library's own trainer over the site's files.
///
/// The registry comes from the manifest alone, so every site builds the same network with the same
/// initial bytes. The site's batches are bound under their outside names. Cells train and validate
/// by the run's seed over all rounds; each round starts with a fresh optimiser, and the epochs done
/// before place it in the KL schedule.
final class FitModel implements LocalModel {
  private final Fit fit;
  private final RunSpec spec;
  private final Binding cells;
  private final Layout layout;
  private final Map<String, Long> weights;
  private final boolean validate;

  private FitModel(Fit fit, RunSpec spec, Binding cells) {
    this.fit = fit;
    this.spec = spec;
    this.cells = cells;
    this.layout = layout(fit);
    var split = Trainer.split(cells.cells(), options(1, 0));
    this.validate = split.validation().length > 0;
    this.weights = weights(split.train());
  }

  /// @param names what this site's batches are called in the run
  static LocalModel start(Manifest manifest, SiteData data, Names names) {
    var spec = manifest.spec();
    var registry = registry(manifest);
    var labelsKey = registry.setup().labelsKey();
    var view =
        data.renamed(spec.batchKey(), Negotiation.BATCH_RULE, manifest.batches(), names::outside);
    if (labelsKey != null) {
      view =
          view.renamed(labelsKey, Negotiation.LABEL_RULE, registry.labels(), label(spec, registry));
    }
    var cells = registry.bind(view.files().toArray(AnnData[]::new));
    var fit = Fit.start(spec.model(), spec.config(), registry, spec.seed());
    return new FitModel(fit, spec, cells);
  }

  /// What the run's model remembers of its data.
  static Registry registry(Manifest manifest) {
    var spec = manifest.spec();
    boolean labelled = spec.labelsKey() != null && !manifest.labels().isEmpty();
    return new Registry(
        manifest.varNames(),
        manifest.batches(),
        labelled ? manifest.labels() : List.of("0"),
        List.of(),
        List.of(),
        new Setup(spec.layer(), spec.batchKey(), labelled ? spec.labelsKey() : null, null));
  }

  /// A label that the run does not know, because this site keeps its names, is fine for a model
  /// that does not look at labels: it gets the first code, which then means nothing.
  private static UnaryOperator<String> label(RunSpec spec, Registry registry) {
    boolean used =
        !spec.model().equals("SCVI")
            || "gene-label".equals(spec.config().getOrDefault("dispersion", "gene"));
    var known = Set.copyOf(registry.labels());
    return name -> used || known.contains(name) ? name : registry.labels().getFirst();
  }

  private static Layout layout(Fit fit) {
    return new Layout(
        fit.layout().stream()
            .map(tensor ->
                new Layout.Entry(
                    tensor.name(),
                    java.util.Arrays.stream(tensor.shape()).boxed().toList(),
                    Layout.Role.valueOf(tensor.role().name()),
                    tensor.blocks().stream()
                        .map(block ->
                            new Block(
                                block.axis(),
                                block.index(),
                                covariate(block.covariate()),
                                block.category()))
                        .toList()))
            .toList());
  }

  private static String covariate(String name) {
    return name.equals("labels") ? Block.LABEL : name;
  }

  private Map<String, Long> weights(int[] train) {
    var keys =
        layout.tensors().stream()
            .flatMap(tensor -> tensor.blocks().stream())
            .map(Block::weightKey)
            .collect(Collectors.toSet());
    var counts = new TreeMap<String, Long>();
    var batch = cells.batch();
    var labels = cells.labels();
    for (int cell : train) {
      counts.merge(Block.BATCH + ":" + fit.registry().batches().get(batch[cell]), 1L, Long::sum);
      counts.merge(Block.LABEL + ":" + fit.registry().labels().get(labels[cell]), 1L, Long::sum);
    }
    counts.keySet().retainAll(keys);
    counts.put(WeightedMean.ALL, (long) train.length);
    return counts;
  }

  private TrainOptions options(int epochs, int epochsDone) {
    return new TrainOptions(
        epochs,
        epochsDone,
        spec.batchSize(),
        Double.parseDouble(spec.learningRate()),
        Double.parseDouble(spec.eps()),
        Double.parseDouble(spec.weightDecay()),
        spec.nEpochsKlWarmup(),
        Double.parseDouble(spec.trainSize()),
        spec.seed(),
        validate,
        null);
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public StateDict state() {
    return fit.state();
  }

  @Override
  public void load(StateDict state) {
    fit.load(state);
  }

  @Override
  public long trainingCells() {
    return weights.getOrDefault(WeightedMean.ALL, 0L);
  }

  @Override
  public Set<String> ownKeys() {
    var keys = new TreeSet<>(new HashSet<>(weights.keySet()));
    keys.remove(WeightedMean.ALL);
    return keys;
  }

  @Override
  public Outcome train(Schedule schedule, Watcher watcher) {
    long start = System.nanoTime();
    long perEpoch = trainingCells();
    var clock = new long[] {start};
    try {
      var history =
          Trainer.train(
              fit,
              cells,
              options(schedule.epochs(), schedule.epochsDone()),
              (epoch, measures) -> {
                long now = System.nanoTime();
                double speed = perEpoch * 1e9 / Math.max(1, now - clock[0]);
                clock[0] = now;
                watcher.epoch(
                    epoch - schedule.epochsDone() + 1,
                    measures.getOrDefault("elbo_train", Double.NaN),
                    speed);
                return true;
              });
      double seconds = (System.nanoTime() - start) / 1e9;
      var progress =
          Progress.newBuilder()
              .setElboTrain(history.last("elbo_train"))
              .setReconstructionTrain(history.last("reconstruction_loss_train"))
              .setKlTrain(history.last("kl_local_train"))
              .setKlWeight(history.last("kl_weight"))
              .setSeconds(seconds)
              .setCellsPerSecond(perEpoch * schedule.epochs() / Math.max(1e-9, seconds));
      if (validate) {
        progress.setElboValidation(history.last("elbo_validation"));
      }
      return new Outcome(progress.build(), weights);
    } catch (IllegalArgumentException e) {
      // Data and options were checked when the contract was made: what is left is a diverged loss.
      throw new Columns.NonFinite("loss");
    }
  }

  @Override
  public Latents latents() {
    var latent = LatentRepresentation.of(fit, cells);
    return new Latents(latent.mean(), latent.variance(), LibrarySizes.of(cells));
  }

  @Override
  public void close() {
    fit.close();
  }
}
