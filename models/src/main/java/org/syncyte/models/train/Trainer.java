package org.syncyte.models.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.anndata.loader.Splitter;
import org.syncyte.models.Fit;
import org.syncyte.models.History;
import org.syncyte.models.distributions.RandomNoise;

/// Trains a fit on data.
///
/// The split is a function of (number of cells, seed), the order of an epoch of (split, seed,
/// epoch), the noise of (seed, epoch); epochs are counted over the whole training. So a training
/// cut into rounds sees the same cells in the same order as one that is not, and equal runs give
/// equal bytes for a fixed number of threads. Only the optimiser starts anew with each call.
public final class Trainer {
  private Trainer() {}

  /// @param data cells bound to the registry of `fit`
  /// @return measures of these epochs, which are also appended to the fit's history
  /// @throws IllegalArgumentException if the data do not fit the model, or validation is asked for
  ///   without cells for it
  public static History train(
      Fit fit, DataSource data, TrainOptions options, TrainListener listener) {
    if (data.genes() != fit.registry().varNames().size()) {
      throw new IllegalArgumentException(
          "the data have %d genes, the model %d; bind the data to the model's registry"
              .formatted(data.genes(), fit.registry().varNames().size()));
    }
    var split = split(data.cells(), options);
    var stopping = options.earlyStopping();
    boolean validate = options.validate() || stopping != null;
    if (validate && split.validation().length == 0) {
      throw new IllegalArgumentException(
          "validation is asked for, and train size %s leaves no cell for it"
              .formatted(options.trainSize()));
    }
    if (!fit.trained()) {
      LibraryPrior.prepare(fit, data);
    }
    var training = Loader.shuffled(data, split.train(), options.batchSize(), options.seed());
    var validation = Loader.sequential(data, split.validation(), options.batchSize());
    var warmup = new KlWarmup(options.nEpochsKlWarmup());
    var watch = (stopping == null ? EarlyStopping.DEFAULT : stopping).watch();
    var history = History.EMPTY;
    try (var plan =
        new ElboPlan(fit.network(), options.learningRate(), options.eps(), options.weightDecay())) {
      for (int i = 0; i < options.epochs(); i++) {
        int epoch = options.epochsDone() + i;
        float weight = (float) warmup.weight(epoch);
        var noise = new RandomNoise(random(options.seed(), epoch, 0));
        var train = new Sums();
        for (Minibatch cells : training.epoch(epoch)) {
          train.add(plan.train(cells, weight, noise));
        }
        var measures = new LinkedHashMap<String, Double>();
        measures.put("kl_weight", (double) weight);
        train.into(measures, "train");
        if (!Double.isFinite(train.loss)) {
          throw new IllegalArgumentException(
              "the loss is %s in epoch %d; leave out cells without counts, or lower the learning rate"
                  .formatted(train.loss, epoch));
        }
        if (validate) {
          var judged = new Sums();
          var fixed = new RandomNoise(random(options.seed(), epoch, 1));
          for (Minibatch cells : validation.epoch(0)) {
            judged.add(plan.evaluate(cells, weight, fixed));
          }
          judged.into(measures, "validation");
        }
        history = history.with(measures);
        boolean goOn = listener.epoch(epoch, measures);
        if (!goOn || stopping != null && watch.stop(i, history.last("elbo_validation"))) {
          break;
        }
      }
    }
    fit.append(history);
    return history;
  }

  /// Which cells train and which validate.
  public static Splitter.Split split(int cells, TrainOptions options) {
    return new Splitter(options.trainSize(), null, options.batchSize(), false, true, options.seed())
        .split(cells);
  }

  private static RandomGenerator random(long seed, int epoch, int purpose) {
    return RandomGeneratorFactory.of("L64X128MixRandom")
        .create((seed * 0x9e3779b97f4a7c15L + epoch) * 2 + purpose);
  }

  private static final class Sums {
    private double loss;
    private double reconstruction;
    private double kl;
    private long cells;

    void add(ElboPlan.Parts parts) {
      loss += parts.loss() * parts.cells();
      reconstruction += parts.reconstruction();
      kl += parts.kl();
      cells += parts.cells();
    }

    void into(Map<String, Double> measures, String mode) {
      double n = (double) cells;
      measures.put(mode.equals("train") ? "train_loss" : "validation_loss", loss / n);
      measures.put("reconstruction_loss_" + mode, reconstruction / n);
      measures.put("kl_local_" + mode, kl / n);
      measures.put("elbo_" + mode, (reconstruction + kl) / n);
    }
  }
}
