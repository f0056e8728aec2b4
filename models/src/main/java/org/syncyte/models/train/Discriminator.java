package org.syncyte.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Classifier;
import org.syncyte.models.nn.FcLayers;
import org.syncyte.models.nn.FreshWeights;
import org.syncyte.models.nn.OneHot;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.Weights;

/// Tells from which batch a place in latent space comes. It is no part of the model and is not
/// saved; it lives as long as one plan.
///
///     fooling   κ mean[ -(1/(B-1)) Σ_{b ≠ b_n} log softmax(D(z_n))_b ]      moves the model
///     telling   κ mean[ -log softmax(D(z_n))_{b_n} ]                       moves D, z held
final class Discriminator implements AutoCloseable {
  private static final FcLayers.Make MAKE = new FcLayers.Make(2, 32, 0.1, true, false, true);
  private static final double LEARNING_RATE = 1e-3;
  private static final double EPSILON = 0.01;
  private static final int[] LAST = {-1};

  private final NDManager scope = Compute.scope();
  private final Weights weights;
  private final Classifier classifier;
  private final OneHot hot;
  private final int classes;
  private final Adam adam;
  private final ArrayList<NDArray> trained = new ArrayList<>();

  Discriminator(int latent, int classes, double weightDecay, long seed) {
    this.classes = classes;
    weights = Weights.of(new FreshWeights(scope, seed));
    classifier = Classifier.of(weights.at("adversary"), latent, classes, MAKE, true);
    hot = OneHot.of(weights.at("adversary"), classes);
    for (var tensor : weights.layout()) {
      var array = weights.arrays().get(tensor.name());
      if (tensor.role() == Role.TRAINED && array != null) {
        trained.add(array);
      }
    }
    adam = new Adam(scope, trained, LEARNING_RATE, EPSILON, weightDecay);
  }

  /// Lends the weights to a short scope, so that what is made of them goes with it.
  void lend(NDManager arrays) {
    arrays.tempAttachAll(weights.arrays().values().toArray(NDArray[]::new));
  }

  /// The loss of a model whose latent space tells batches, a scalar; D itself is not moved by it.
  NDArray fooling(NDArray z, NDArray codes, float weight, Pass pass) {
    moving(false);
    var others = hot.apply(codes).neg().add(1f);
    var wrong = classifier.apply(z, pass).logSoftmax(-1).mul(others).sum(LAST).mean();
    return Scaled.by(wrong, -weight / (classes - 1));
  }

  /// Moves D towards telling batches.
  void learn(NDArray z, NDArray codes, float weight, Pass pass) {
    moving(true);
    var scores = classifier.apply(z.stopGradient(), pass);
    var right = scores.logSoftmax(-1).mul(hot.apply(codes)).sum(LAST).mean();
    Compute.backward(Scaled.by(right, -weight));
    adam.step();
  }

  private void moving(boolean on) {
    trained.forEach(array -> array.setRequiresGradient(on));
  }

  @Override
  public void close() {
    scope.close();
  }
}
