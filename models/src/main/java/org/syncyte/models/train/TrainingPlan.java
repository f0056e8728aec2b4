package org.syncyte.models.train;

import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Loss;
import org.syncyte.models.distributions.Noise;

/// How one step of training turns cells into moved weights.
///
/// The optimiser is fresh with each plan. The KL weight is an argument of each step, because its
/// schedule may span several plans (the rounds of a federation).
public sealed interface TrainingPlan extends AutoCloseable
    permits ElboPlan, SemiSupervisedPlan, AdversarialPlan {
  /// Cells of one step.
  ///
  /// @param labelled cells that all have a label, for models that learn labels
  record Step(Minibatch cells, @Nullable Minibatch labelled) {}

  /// Sums over the cells of a minibatch; `loss` is their mean and contains the KL weight.
  ///
  /// @param classification how well labels were told, if there were any
  /// @param adversarial the part of `loss` that fools an adversary, if it is reported
  record Parts(
      int cells,
      double loss,
      double reconstruction,
      double kl,
      @Nullable Classification classification,
      @Nullable Double adversarial) {
    Parts(
        int cells,
        double loss,
        double reconstruction,
        double kl,
        @Nullable Classification classification) {
      this(cells, loss, reconstruction, kl, classification, null);
    }

    static Parts of(int cells, Loss loss) {
      double kl = 0;
      for (var part : loss.kl().values()) {
        kl += part.sum().getFloat();
      }
      return new Parts(
          cells, loss.total().getFloat(), loss.reconstruction().sum().getFloat(), kl, null);
    }
  }

  /// Trains on some cells.
  Parts train(Step step, float klWeight, Noise noise);

  /// Judges cells without learning from them.
  Parts evaluate(Step step, float klWeight, Noise noise);

  /// Optimisers that move in one step.
  default int optimisers() {
    return 1;
  }

  /// Sets the learning rate of all steps to come.
  void learningRate(double rate);

  @Override
  void close();
}
