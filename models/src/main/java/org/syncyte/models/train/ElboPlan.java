package org.syncyte.models.train;

import ai.djl.ndarray.NDManager;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Feed;
import org.syncyte.models.Loss;
import org.syncyte.models.Network;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Gradients;
import org.syncyte.models.nn.Pass;

/// One step of training by the evidence lower bound: loss, gradients, Adam.
public final class ElboPlan implements TrainingPlan {
  private final Network network;
  private final NDManager moments = Compute.scope();
  private final Feed feed = new Feed();
  private final Adam adam;
  private final boolean fused;

  public ElboPlan(Network network, double learningRate, double epsilon, double weightDecay) {
    this(network, learningRate, epsilon, weightDecay, true);
  }

  /// @param fused whether the model may work out gradients itself; otherwise the engine records
  ///   every operation, which gives the same up to rounding, later
  public ElboPlan(
      Network network, double learningRate, double epsilon, double weightDecay, boolean fused) {
    this.network = network;
    this.fused = fused;
    var trained = network.trained();
    trained.forEach(array -> array.setRequiresGradient(true));
    adam = new Adam(moments, trained, network::moving, learningRate, epsilon, weightDecay);
  }

  @Override
  public Parts train(Step step, float klWeight, Noise noise) {
    return train(step.cells(), klWeight, noise);
  }

  /// Trains on some cells.
  public Parts train(Minibatch cells, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(true)) {
      var gradients = new Gradients();
      var pass = fused ? Pass.training(noise, gradients) : Pass.training(noise);
      var loss = loss(cells, klWeight, pass, use.arrays());
      Compute.backward(loss.total());
      gradients.add();
      adam.step();
      return Parts.of(cells.size(), loss);
    }
  }

  @Override
  public Parts evaluate(Step step, float klWeight, Noise noise) {
    var cells = step.cells();
    try (var use = network.use();
        var _ = Compute.recording(false)) {
      return Parts.of(cells.size(), loss(cells, klWeight, Pass.evaluation(noise), use.arrays()));
    }
  }

  private Loss loss(Minibatch minibatch, float klWeight, Pass pass, NDManager arrays) {
    var model = network.model();
    var cells = feed.load(minibatch, arrays);
    return model.loss(cells, klWeight, pass);
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
