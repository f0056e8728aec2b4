package org.syncyte.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Feed;
import org.syncyte.models.Labelling;
import org.syncyte.models.Loss;
import org.syncyte.models.Network;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Gradients;
import org.syncyte.models.nn.Pass;

/// One step of training a model that learns labels: the evidence lower bound of a minibatch of all
/// cells, and `ratio` times the cross-entropy of a minibatch of labelled ones.
///
///     loss = bound(cells) + ratio · CE(classifier(mean of q(z | labelled)), labels)
///
/// Without labelled cells the bound alone remains.
public final class SemiSupervisedPlan implements TrainingPlan {
  private record Told(NDArray loss, NDArray probabilities) {}

  private final Network network;
  private final NDManager moments = Compute.scope();
  private final Feed feed = new Feed();
  private final Feed labelledFeed = new Feed();
  private final Adam adam;
  private final float ratio;
  private final boolean fused;

  /// @throws IllegalArgumentException if the model does not learn labels
  public SemiSupervisedPlan(
      Network network, double ratio, double learningRate, double epsilon, double weightDecay) {
    this(network, ratio, learningRate, epsilon, weightDecay, true);
  }

  /// @param fused whether the model may work out gradients itself, as with `ElboPlan`
  public SemiSupervisedPlan(
      Network network,
      double ratio,
      double learningRate,
      double epsilon,
      double weightDecay,
      boolean fused) {
    this.fused = fused;
    if (!(network.model() instanceof Labelling)) {
      throw new IllegalArgumentException("the model does not learn labels; train it by its bound");
    }
    this.network = network;
    this.ratio = (float) ratio;
    var trained = network.trained();
    trained.forEach(array -> array.setRequiresGradient(true));
    adam = new Adam(moments, trained, network::moving, learningRate, epsilon, weightDecay);
  }

  @Override
  public Parts train(Step step, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(true)) {
      var gradients = new Gradients();
      var pass = fused ? Pass.training(noise, gradients) : Pass.training(noise);
      var loss = loss(step.cells(), klWeight, pass, use.arrays());
      var told = told(step.labelled(), pass, use.arrays());
      var total = told == null ? loss.total() : loss.total().add(Scaled.by(told.loss(), ratio));
      Compute.backward(total);
      gradients.add();
      adam.step();
      return parts(step, loss, told);
    }
  }

  @Override
  public Parts evaluate(Step step, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(false)) {
      var pass = Pass.evaluation(noise);
      var loss = loss(step.cells(), klWeight, pass, use.arrays());
      return parts(step, loss, told(step.labelled(), pass, use.arrays()));
    }
  }

  private Labelling model() {
    return (Labelling) network.model();
  }

  private Loss loss(Minibatch minibatch, float klWeight, Pass pass, NDManager arrays) {
    var model = model();
    var cells = feed.load(minibatch, arrays);
    return model.loss(cells, klWeight, pass);
  }

  private @Nullable Told told(@Nullable Minibatch labelled, Pass pass, NDManager arrays) {
    if (labelled == null) {
      return null;
    }
    var model = model();
    var cells = labelledFeed.load(labelled, arrays);
    var scores = model.scores(model.encode(cells, pass).mean(), pass);
    return new Told(model.classificationLoss(scores, cells.labels()), model.probabilities(scores));
  }

  private Parts parts(Step step, Loss loss, @Nullable Told told) {
    var parts = Parts.of(step.cells().size(), loss);
    if (told == null || step.labelled() == null) {
      return parts;
    }
    double crossEntropy = told.loss().getFloat();
    return new Parts(
        parts.cells(),
        parts.loss() + ratio * crossEntropy,
        parts.reconstruction(),
        parts.kl(),
        Classification.of(
            crossEntropy, told.probabilities().toFloatArray(), step.labelled().labels()));
  }

  @Override
  public void learningRate(double rate) {
    adam.learningRate(rate);
  }

  @Override
  public void close() {
    moments.close();
  }
}
