package org.syncyte.models.train;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.fields.Unpacked;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.anndata.loader.Splitter;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;
import org.syncyte.models.History;
import org.syncyte.models.Labelling;
import org.syncyte.models.ProteinModel;
import org.syncyte.models.distributions.RandomNoise;

/// Trains a fit on data.
///
/// The split is a function of (number of cells, seed), the order of an epoch of (split, seed,
/// epoch), the noise of (seed, epoch); epochs are counted over the whole training. So a training
/// cut into rounds sees the same cells in the same order as one that is not, and equal runs give
/// equal bytes for a fixed number of threads. Only the optimiser starts anew with each call.
///
/// A model of proteins or markers trains by `AdversarialPlan`, any other that learns labels by
/// `SemiSupervisedPlan`, every other by `ElboPlan`.
public final class Trainer {
  private Trainer() {}

  /// @param data cells bound to the registry of `fit`
  /// @return measures of these epochs, which are also appended to the fit's history
  /// @throws IllegalArgumentException if the data do not fit the model, or validation is asked for
  ///   without cells for it
  public static History train(
      Fit fit, DataSource data, TrainOptions options, TrainListener listener) {
    return train(fit, data, options, SemiSupervision.DEFAULT, listener);
  }

  /// As `train`, with a say in how much labels count; it matters to models that learn them.
  public static History train(
      Fit fit,
      DataSource data,
      TrainOptions options,
      SemiSupervision semiSupervision,
      TrainListener listener) {
    if (data.genes() != fit.registry().varNames().size()) {
      throw new IllegalArgumentException(
          "the data have %d genes, the model %d; bind the data to the model's registry"
              .formatted(data.genes(), fit.registry().varNames().size()));
    }
    data.requireCounts("training");
    MarkerRange.check(fit, data);
    if (data.cells() < 2) {
      throw new IllegalArgumentException(
          "%s to train on; a model is learned from many cells, give more"
              .formatted(data.cells() == 0 ? "no cell" : "one cell"));
    }
    try (var unpacked = Unpacked.of(data)) {
      return trained(fit, unpacked.source(), options, semiSupervision, listener);
    }
  }

  private static History trained(
      Fit fit,
      DataSource data,
      TrainOptions options,
      SemiSupervision semiSupervision,
      TrainListener listener) {
    var course = course(fit, data, options, semiSupervision);
    var stopping = options.earlyStopping();
    boolean validate = options.validate() || stopping != null || options.plateau() != null;
    if (validate && course.split().validation().length == 0) {
      throw new IllegalArgumentException(
          "validation is asked for, and train size %s leaves no cell for it"
              .formatted(options.trainSize()));
    }
    if (!fit.trained()) {
      LibraryPrior.prepare(fit, data);
      ProteinBackground.prepare(fit, data, options.seed());
    }
    var warmup = new KlWarmup(options.nEpochsKlWarmup(), options.nStepsKlWarmup());
    var plateau = options.plateau() == null ? null : options.plateau().watch();
    double rate = options.learningRate();
    var watch = (stopping == null ? EarlyStopping.DEFAULT : stopping).watch();
    var history = History.EMPTY;
    try (var plan = plan(fit, options, semiSupervision)) {
      int minibatches = Math.ceilDiv(course.split().train().length, options.batchSize());
      long steps = (long) options.epochsDone() * minibatches * plan.optimisers();
      for (int i = 0; i < options.epochs(); i++) {
        int epoch = options.epochsDone() + i;
        float weight = (float) warmup.weight(epoch, steps);
        var noise = new RandomNoise(random(options.seed(), epoch, 0));
        var train = new Sums();
        for (var step : course.training().apply(epoch)) {
          weight = (float) warmup.weight(epoch, steps);
          steps += plan.optimisers();
          train.add(plan.train(step, weight, noise));
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
          for (var step : course.validation()) {
            judged.add(plan.evaluate(step, weight, fixed));
          }
          judged.into(measures, "validation");
        }
        if (plateau != null) {
          measures.put("lr-Adam", rate);
          rate = plateau.next(rate, measures.getOrDefault("elbo_validation", Double.NaN));
          plan.learningRate(rate);
        }
        history = history.with(measures);
        boolean goOn = listener.epoch(epoch, measures);
        if (!goOn || stopping != null && watch.stop(i, history.last("elbo_validation"))) {
          break;
        }
      }
    }
    requireFinite(fit);
    fit.append(history);
    fit.learnedFrom(data.cells());
    return history;
  }

  /// Which cells train and which validate, for models that do not learn labels.
  public static Splitter.Split split(int cells, TrainOptions options) {
    return new Splitter(options.trainSize(), null, options.batchSize(), false, true, options.seed())
        .split(cells);
  }

  /// What the epochs of a training visit.
  private record Course(
      Splitter.Split split,
      IntFunction<Iterable<TrainingPlan.Step>> training,
      Iterable<TrainingPlan.Step> validation) {}

  private static Course course(
      Fit fit, DataSource data, TrainOptions options, SemiSupervision semiSupervision) {
    int size = options.batchSize();
    if (fit.model() instanceof Labelling model) {
      var cells = SemiSupervisedCells.of(data, model.classes());
      var split = cells.split(options);
      return new Course(
          split,
          epoch ->
              cells.shuffled(
                  split.train(), size, semiSupervision.samplesPerLabel(), options.seed(), epoch),
          cells.sequential(split.validation(), size));
    }
    var split = split(data.cells(), options);
    var training = Loader.shuffled(data, split.train(), size, options.seed());
    var validation = Loader.sequential(data, split.validation(), size);
    return new Course(split, epoch -> steps(training.epoch(epoch)), steps(validation.epoch(0)));
  }

  private static Iterable<TrainingPlan.Step> steps(Iterable<Minibatch> minibatches) {
    return () -> {
      var all = minibatches.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public TrainingPlan.Step next() {
          return new TrainingPlan.Step(all.next(), null);
        }
      };
    };
  }

  private static TrainingPlan plan(Fit fit, TrainOptions options, SemiSupervision semiSupervision) {
    if (fit.model() instanceof ProteinModel || fit.registry().markers() != null) {
      return new AdversarialPlan(fit, semiSupervision.classificationRatio(), options);
    }
    return fit.model() instanceof Labelling
        ? new SemiSupervisedPlan(
            fit.network(),
            semiSupervision.classificationRatio(),
            options.learningRate(),
            options.eps(),
            options.weightDecay())
        : new ElboPlan(fit.network(), options.learningRate(), options.eps(), options.weightDecay());
  }

  /// The loss of an epoch says nothing about the last step that was taken in it.
  private static void requireFinite(Fit fit) {
    fit.state()
        .tensors()
        .forEach((name, tensor) -> {
          if (tensor instanceof Tensor.Floats floats) {
            for (float value : floats.values()) {
              if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                    "training left %s in tensor '%s'; start again with a lower learning rate"
                        .formatted(value, name));
              }
            }
          }
        });
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
    private double classification;
    private double accuracy;
    private double calibration;
    private long labelled;
    private double adversarial;
    private boolean played;

    void add(TrainingPlan.Parts parts) {
      loss += parts.loss() * parts.cells();
      reconstruction += parts.reconstruction();
      kl += parts.kl();
      cells += parts.cells();
      if (parts.adversarial() != null) {
        adversarial += parts.adversarial() * parts.cells();
        played = true;
      }
      var told = parts.classification();
      if (told != null) {
        classification += told.loss() * parts.cells();
        accuracy += told.accuracy() * parts.cells();
        calibration += told.calibrationError() * parts.cells();
        labelled += parts.cells();
      }
    }

    void into(Map<String, Double> measures, String mode) {
      double n = (double) cells;
      measures.put(mode.equals("train") ? "train_loss" : "validation_loss", loss / n);
      measures.put("reconstruction_loss_" + mode, reconstruction / n);
      measures.put("kl_local_" + mode, kl / n);
      measures.put("elbo_" + mode, (reconstruction + kl) / n);
      if (played) {
        measures.put("adversarial_loss", adversarial / n);
      }
      if (labelled > 0) {
        double told = (double) labelled;
        measures.put(mode + "_classification_loss", classification / told);
        measures.put(mode + "_accuracy", accuracy / told);
        // Averaged over cells, the F1 score of exclusive classes is the accuracy.
        measures.put(mode + "_f1_score", accuracy / told);
        measures.put(mode + "_calibration_error", calibration / told);
      }
    }
  }
}
