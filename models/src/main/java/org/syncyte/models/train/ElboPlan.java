package org.syncyte.models.train;

import ai.djl.ndarray.NDManager;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Compute;
import org.syncyte.models.Feed;
import org.syncyte.models.Loss;
import org.syncyte.models.Network;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.nn.Pass;

/// One step of training by the evidence lower bound: loss, gradients, Adam.
///
/// The optimiser is fresh with each plan. The KL weight is an argument of each step, because its
/// schedule may span several plans (the rounds of a federation).
public final class ElboPlan implements AutoCloseable {
  /// Sums over the cells of a minibatch; `loss` is their mean and contains the KL weight.
  public record Parts(int cells, double loss, double reconstruction, double kl) {
    static Parts of(int cells, Loss loss) {
      double kl = 0;
      for (var part : loss.kl().values()) {
        kl += part.sum().getFloat();
      }
      return new Parts(cells, loss.total().getFloat(), loss.reconstruction().sum().getFloat(), kl);
    }
  }

  private final Network network;
  private final NDManager moments = Compute.scope();
  private final Feed feed = new Feed();
  private final Adam adam;

  public ElboPlan(Network network, double learningRate, double epsilon, double weightDecay) {
    this.network = network;
    var trained = network.trained();
    trained.forEach(array -> array.setRequiresGradient(true));
    adam = new Adam(moments, trained, learningRate, epsilon, weightDecay);
  }

  /// Trains on some cells.
  public Parts train(Minibatch cells, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(true)) {
      var loss = loss(cells, klWeight, Pass.training(noise), use.arrays());
      Compute.backward(loss.total());
      adam.step();
      return Parts.of(cells.size(), loss);
    }
  }

  /// Judges cells without learning from them.
  public Parts evaluate(Minibatch cells, float klWeight, Noise noise) {
    try (var use = network.use();
        var _ = Compute.recording(false)) {
      return Parts.of(cells.size(), loss(cells, klWeight, Pass.evaluation(noise), use.arrays()));
    }
  }

  private Loss loss(Minibatch minibatch, float klWeight, Pass pass, NDManager arrays) {
    var model = network.model();
    var cells = feed.load(minibatch, arrays);
    var posterior = model.inference(cells, pass);
    return model.loss(cells, posterior, model.generative(cells, posterior, pass), klWeight, pass);
  }

  @Override
  public void close() {
    moments.close();
  }
}
