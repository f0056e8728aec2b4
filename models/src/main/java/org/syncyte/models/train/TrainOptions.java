package org.syncyte.models.train;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How to train.
///
/// @param epochs epochs to train now
/// @param epochsDone epochs trained before, in earlier rounds; places the KL schedule and the
///   shuffling
/// @param eps Adam's term against division by zero
/// @param weightDecay L2 term of the gradient
/// @param nEpochsKlWarmup epochs until the latent divergence counts in full
/// @param trainSize share of cells to train on, the rest validates; null means 0.9, give or take a
///   last minibatch too small for batch norm
/// @param seed decides split, shuffling and noise
/// @param validate whether to judge the validation cells after each epoch
/// @param nStepsKlWarmup steps of optimisers until the latent divergence counts in full, looked at
///   if no epochs are given
/// @param plateau how the learning rate falls when validation does not improve, or null
/// @param adversary of models of proteins
/// @param proteinWeight weight of the likelihood of proteins, in models of them
public record TrainOptions(
    int epochs,
    int epochsDone,
    int batchSize,
    double learningRate,
    double eps,
    double weightDecay,
    int nEpochsKlWarmup,
    @Nullable Double trainSize,
    long seed,
    boolean validate,
    @Nullable EarlyStopping earlyStopping,
    int nStepsKlWarmup,
    @Nullable Plateau plateau,
    Adversary adversary,
    double proteinWeight) {
  public static final TrainOptions DEFAULT =
      new TrainOptions(400, 0, 128, 1e-3, 0.01, 1e-6, 400, null, 0, false, null);

  /// As `DEFAULT`, for a query on top of a reference: no weight decays, as it would pull at what
  /// the reference has learned.
  public static final TrainOptions QUERY = DEFAULT.withWeightDecay(0);

  public TrainOptions(
      int epochs,
      int epochsDone,
      int batchSize,
      double learningRate,
      double eps,
      double weightDecay,
      int nEpochsKlWarmup,
      @Nullable Double trainSize,
      long seed,
      boolean validate,
      @Nullable EarlyStopping earlyStopping) {
    this(
        epochs,
        epochsDone,
        batchSize,
        learningRate,
        eps,
        weightDecay,
        nEpochsKlWarmup,
        trainSize,
        seed,
        validate,
        earlyStopping,
        0,
        null,
        Adversary.DEFAULT,
        1);
  }

  /// The published defaults of a class for so many cells. totalVI trains with larger steps and
  /// minibatches, stops early, lowers its rate on plateaus, and its latent divergence counts in
  /// full after as many steps as three quarters of the cells. CYTOVI trains until it stops early.
  public static TrainOptions of(String modelClass, int cells) {
    var usual = DEFAULT.withEpochs(usualEpochs(cells));
    return switch (modelClass) {
      case "TOTALVI" ->
          usual
              .withBatchSize(256)
              .withLearningRate(4e-3)
              .withKlWarmupSteps((int) (0.75 * cells))
              .withPlateau(Plateau.DEFAULT)
              .validating(EarlyStopping.DEFAULT);
      case "CYTOVI" -> DEFAULT.withEpochs(1000).validating(new EarlyStopping(30, 0, 0));
      default -> usual;
    };
  }

  public TrainOptions {
    if (!(proteinWeight >= 0) || Double.isInfinite(proteinWeight)) {
      throw new IllegalArgumentException(
          "weight of proteins %s must be a number from 0".formatted(proteinWeight));
    }
    if (epochs < 1 || epochsDone < 0 || batchSize < 1) {
      throw new IllegalArgumentException(
          "training of %d epochs after %d with minibatches of %d; epochs and minibatches are at least 1"
              .formatted(epochs, epochsDone, batchSize));
    }
    if (!(learningRate > 0) || !(eps > 0) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "learning rate %s and eps %s must be positive, weight decay %s not negative"
              .formatted(learningRate, eps, weightDecay));
    }
  }

  /// The usual number of epochs for so many cells: 400 up to 20,000 cells, then fewer.
  public static int usualEpochs(int cells) {
    return (int) Math.max(1, Math.min(Math.rint(20000.0 / cells * 400), 400));
  }

  /// The usual number of epochs for a model that begins from a trained one.
  public static int usualEpochsAfter(int cells) {
    return (int) Math.min(10, Math.max(2, Math.rint(usualEpochs(cells) / 3.0)));
  }

  public TrainOptions withEpochs(int count) {
    return with(draft -> draft.epochs = count);
  }

  public TrainOptions withEpochsDone(int count) {
    return with(draft -> draft.epochsDone = count);
  }

  public TrainOptions withBatchSize(int size) {
    return with(draft -> draft.batchSize = size);
  }

  public TrainOptions withLearningRate(double rate) {
    return with(draft -> draft.learningRate = rate);
  }

  public TrainOptions withWeightDecay(double decay) {
    return with(draft -> draft.weightDecay = decay);
  }

  public TrainOptions withKlWarmup(int count) {
    return with(draft -> draft.nEpochsKlWarmup = count);
  }

  /// Annealing by steps in place of epochs.
  public TrainOptions withKlWarmupSteps(int count) {
    return with(draft -> {
      draft.nEpochsKlWarmup = 0;
      draft.nStepsKlWarmup = count;
    });
  }

  public TrainOptions withPlateau(@Nullable Plateau change) {
    return with(draft -> draft.plateau = change);
  }

  public TrainOptions withAdversary(Adversary opponent) {
    return with(draft -> draft.adversary = opponent);
  }

  public TrainOptions withProteinWeight(double weight) {
    return with(draft -> draft.proteinWeight = weight);
  }

  public TrainOptions withTrainSize(@Nullable Double share) {
    return with(draft -> draft.trainSize = share);
  }

  public TrainOptions withSeed(long number) {
    return with(draft -> draft.seed = number);
  }

  public TrainOptions validating(@Nullable EarlyStopping stopping) {
    return with(draft -> {
      draft.validate = true;
      draft.earlyStopping = stopping;
    });
  }

  private TrainOptions with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new TrainOptions(
        draft.epochs,
        draft.epochsDone,
        draft.batchSize,
        draft.learningRate,
        eps,
        draft.weightDecay,
        draft.nEpochsKlWarmup,
        draft.trainSize,
        draft.seed,
        draft.validate,
        draft.earlyStopping,
        draft.nStepsKlWarmup,
        draft.plateau,
        draft.adversary,
        draft.proteinWeight);
  }

  /// What can be changed, while it is being changed.
  private static final class Draft {
    private int epochs;
    private int epochsDone;
    private int batchSize;
    private double learningRate;
    private double weightDecay;
    private int nEpochsKlWarmup;
    private @Nullable Double trainSize;
    private long seed;
    private boolean validate;
    private @Nullable EarlyStopping earlyStopping;
    private int nStepsKlWarmup;
    private @Nullable Plateau plateau;
    private Adversary adversary;
    private double proteinWeight;

    Draft(TrainOptions options) {
      epochs = options.epochs;
      epochsDone = options.epochsDone;
      batchSize = options.batchSize;
      learningRate = options.learningRate;
      weightDecay = options.weightDecay;
      nEpochsKlWarmup = options.nEpochsKlWarmup;
      trainSize = options.trainSize;
      seed = options.seed;
      validate = options.validate;
      earlyStopping = options.earlyStopping;
      nStepsKlWarmup = options.nStepsKlWarmup;
      plateau = options.plateau;
      adversary = options.adversary;
      proteinWeight = options.proteinWeight;
    }
  }
}
