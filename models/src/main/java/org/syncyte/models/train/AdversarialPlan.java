package org.syncyte.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Batch;
import org.syncyte.models.Feed;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.models.Loss;
import org.syncyte.models.Network;
import org.syncyte.models.ProteinModel;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Gradients;
import org.syncyte.models.nn.Pass;

/// One step of training a model of several panels, against an adversary if one plays.
///
///     loss = bound(cells) [+ ratio · CE(labelled)] [+ κ fooling(z)]      moves the model
///     loss = κ telling(z)                                                moves the adversary
///
/// With κ = 1 - KL weight the game ends when the annealing does. A model that learns labels has its
/// gradient cut to a norm of 50 in the first half, and the adversary plays to the end even at κ = 0.
public final class AdversarialPlan implements TrainingPlan {
  private static final double LARGEST_NORM = 50;

  private record Told(NDArray loss, NDArray probabilities) {}

  private record Run(Batch cells, NDArray z, Loss loss) {}

  private final Network network;
  private final NDManager moments = Compute.scope();
  private final Feed feed = new Feed();
  private final Feed labelledFeed = new Feed();
  private final List<NDArray> trained = new ArrayList<>();
  private final Adam adam;
  private final Adversary adversary;
  private final float ratio;
  private final float proteinWeight;
  private final boolean fused;
  private final @Nullable Discriminator discriminator;

  /// @param ratio weight of the cross-entropy, for models that learn labels
  /// @throws IllegalArgumentException if panels are to be told of which the model knows none
  public AdversarialPlan(Fit fit, double ratio, TrainOptions options) {
    this(fit, ratio, options, true);
  }

  /// @param fused whether the model may work out gradients itself, as with `ElboPlan`
  public AdversarialPlan(Fit fit, double ratio, TrainOptions options, boolean fused) {
    this.fused = fused;
    network = fit.network();
    this.ratio = (float) ratio;
    proteinWeight = (float) options.proteinWeight();
    adversary = options.adversary();
    trained.addAll(network.trained());
    // Arrays are equal when their values are; it must be this very one.
    for (var name : fit.kept()) {
      var array = network.array(name);
      trained.removeIf(one -> one == array);
    }
    trained.forEach(array -> array.setRequiresGradient(true));
    adam =
        new Adam(
            moments,
            trained,
            network::moving,
            options.learningRate(),
            options.eps(),
            options.weightDecay());
    var codes = network.data().batch();
    if (adversary.byPanel()) {
      if (!(fit.model() instanceof ProteinModel proteins)) {
        throw new IllegalArgumentException(
            "the adversary is to tell panels, of which %s knows none; let it tell batches"
                .formatted(fit.modelClass()));
      }
      codes = proteins.panels().panels();
    }
    boolean plays = adversary.on() == null ? masked(fit) : adversary.on();
    discriminator =
        plays && codes.size() > 1
            ? new Discriminator(
                fit.model().latent(), codes.size(), options.weightDecay(), options.seed())
            : null;
  }

  /// Optimisers that move in one step.
  @Override
  public int optimisers() {
    return discriminator == null ? 1 : 2;
  }

  @Override
  public void learningRate(double rate) {
    adam.learningRate(rate);
  }

  @Override
  public Parts train(Step step, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(true)) {
      var gradients = new Gradients();
      var pass = fused ? Pass.training(noise, gradients) : Pass.training(noise);
      var run = run(step.cells(), klWeight, pass, use.arrays());
      var told = told(step.labelled(), pass, use.arrays());
      var total =
          told == null ? run.loss.total() : run.loss.total().add(Scaled.by(told.loss(), ratio));
      float weight =
          adversary.weight() == null ? 1 - klWeight : (float) (double) adversary.weight();
      NDArray fooling = null;
      if (discriminator != null) {
        discriminator.lend(use.arrays());
        if (weight > 0 || network.model() instanceof Labelling) {
          fooling = discriminator.fooling(run.z, codes(run.cells), weight, pass);
          total = total.add(fooling);
        }
      }
      Compute.backward(total);
      gradients.add();
      if (network.model() instanceof Labelling) {
        cut();
      }
      adam.step();
      if (discriminator != null) {
        discriminator.learn(run.z, codes(run.cells), weight, pass);
      }
      return parts(step, run.loss, told, fooling);
    }
  }

  @Override
  public Parts evaluate(Step step, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(false)) {
      var pass = Pass.evaluation(noise);
      var run = run(step.cells(), klWeight, pass, use.arrays());
      return parts(step, run.loss, told(step.labelled(), pass, use.arrays()), null);
    }
  }

  /// Whether some panel did not measure something that others did.
  private static boolean masked(Fit fit) {
    var markers = fit.registry().markers();
    return fit.model() instanceof ProteinModel proteins
        ? proteins.masked()
        : markers != null && markers.masked();
  }

  private NDArray codes(Batch cells) {
    var panel = cells.panel();
    return adversary.byPanel() && panel != null ? panel : cells.batch();
  }

  private Run run(Minibatch minibatch, float klWeight, Pass pass, NDManager arrays) {
    var model = network.model();
    var cells = feed.load(minibatch, arrays);
    var posterior = model.inference(cells, pass);
    return new Run(
        cells,
        posterior.z(),
        model instanceof ProteinModel proteins
            ? proteins.loss(cells, posterior, klWeight, proteinWeight, pass)
            : model.loss(
                cells, posterior, model.generative(cells, posterior, pass), klWeight, pass));
  }

  private @Nullable Told told(@Nullable Minibatch labelled, Pass pass, NDManager arrays) {
    if (labelled == null || !(network.model() instanceof Labelling model)) {
      return null;
    }
    var cells = labelledFeed.load(labelled, arrays);
    var scores = model.scores(model.encode(cells, pass).mean(), pass);
    return new Told(model.classificationLoss(scores, cells.labels()), model.probabilities(scores));
  }

  /// Scales the gradient of all parameters together down to the largest norm.
  private void cut() {
    var gradients = new ArrayList<PtNDArray>();
    double square = 0;
    for (var array : trained) {
      var gradient = JniUtils.getGradient((PtNDArray) array);
      if (gradient != null) {
        gradients.add(gradient);
        try (var squares = gradient.square();
            var sum = squares.sum()) {
          square += sum.getFloat();
        }
      }
    }
    double norm = Math.sqrt(square);
    for (var gradient : gradients) {
      if (norm > LARGEST_NORM) {
        gradient.muli((float) (LARGEST_NORM / (norm + 1e-6)));
      }
      gradient.close();
    }
  }

  private Parts parts(Step step, Loss loss, @Nullable Told told, @Nullable NDArray fooling) {
    var parts = Parts.of(step.cells().size(), loss);
    double more = fooling == null ? 0 : fooling.getFloat();
    Classification classification = null;
    if (told != null && step.labelled() != null) {
      double crossEntropy = told.loss().getFloat();
      more += ratio * crossEntropy;
      classification =
          Classification.of(
              crossEntropy, told.probabilities().toFloatArray(), step.labelled().labels());
    }
    return new Parts(
        parts.cells(),
        parts.loss() + more,
        parts.reconstruction(),
        parts.kl(),
        classification,
        fooling == null || !(network.model() instanceof Labelling)
            ? null
            : (double) fooling.getFloat());
  }

  @Override
  public void close() {
    if (discriminator != null) {
      discriminator.close();
    }
    moments.close();
  }
}
