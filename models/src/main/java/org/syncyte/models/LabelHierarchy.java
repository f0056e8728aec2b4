package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.syncyte.models.distributions.Kl;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.Classifier;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.nn.Decoder;
import org.syncyte.models.nn.Encoder;
import org.syncyte.models.nn.FcLayers;
import org.syncyte.models.nn.Init;
import org.syncyte.models.nn.OneHot;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Weights;

/// The types of cells above a latent space, as scANVI and totalANVI have them.
///
///     y  ~ Categorical(π)                          type of a cell, π = 1/K each
///     z₂ ~ Normal(0, I)                            state within the type
///     z₁ ~ Normal(m(z₂, y), v(z₂, y))              latent state
///
/// The type is not sampled but summed over, labelled cells included. With p the classifier's
/// softmax at z₁ and one sample of z₂ per type, A_k = -log N(z₁; m_k, v_k) and
/// B_k = KL(q(z₂ | z₁, k) ‖ N(0, I)).
final class LabelHierarchy {
  /// How the networks are made; the type enters every layer.
  record Make(
      FcLayers.Make classifier, boolean logits, FcLayers.Make encoder, FcLayers.Make decoder) {}

  /// Per cell: Σ_k p_k A_k, Σ_k p_k B_k, and KL(Cat(p) ‖ Cat(π)).
  record Terms(NDArray latent, NDArray within, NDArray type) {}

  private static final int[] LAST = {-1};

  private final Covariate types;
  private final NDArray prior;
  private final OneHot hot;
  private final Classifier classifier;
  private final Encoder encoderZ2;
  private final Decoder decoderZ1;

  LabelHierarchy(Weights weights, int latent, Covariate types, Make make) {
    this.types = types;
    int classes = types.size();
    prior =
        weights.fixed(
            "y_prior", new Shape(1, classes), new Init.Constant(1f / classes), types.blocks(1, 0));
    hot = OneHot.of(weights, classes);
    classifier =
        Classifier.of(weights.at("classifier"), latent, classes, make.classifier(), make.logits());
    encoderZ2 =
        Encoder.of(weights.at("encoder_z2_z1"), latent, latent, List.of(types), make.encoder());
    decoderZ1 =
        Decoder.of(weights.at("decoder_z1_z2"), latent, latent, List.of(types), make.decoder());
  }

  int classes() {
    return types.size();
  }

  NDArray scores(NDArray z, Pass pass) {
    return classifier.apply(z, pass);
  }

  NDArray probabilities(NDArray scores) {
    return classifier.probabilities(scores);
  }

  /// A softmax is taken of the scores even where they are probabilities, as published models were
  /// trained.
  NDArray classificationLoss(NDArray scores, NDArray labels) {
    return scores.logSoftmax(-1).mul(hot.apply(labels)).sum(LAST).neg().mean();
  }

  /// @param cells whole numbers, one for each cell
  Terms terms(NDArray z1, NDArray cells, Pass pass) {
    // Types below each other: first all cells as type 0, then all as type 1, ...
    var copies = new NDList();
    var codes = new NDList();
    for (int k = 0; k < types.size(); k++) {
      copies.add(z1);
      codes.add(Scaled.by(cells, 0L).add((long) k));
    }
    var z1s = stacked(copies);
    List<NDArray> hots = types.width() > 0 ? List.of(hot.apply(stacked(codes))) : List.of();
    var q2 = encoderZ2.apply(z1s, hots, pass);
    Normal prior1 = decoderZ1.apply(q2.sample(pass.noise()), hots, pass);
    var a = byType(prior1.logProbability(z1s).sum(LAST).neg());
    var b = byType(Kl.fromStandard(q2).sum(LAST));
    var p = probabilities(scores(z1, pass));
    return new Terms(p.mul(a).sum(LAST), p.mul(b).sum(LAST), Kl.categorical(p, prior).sum(LAST));
  }

  /// From one value per row of the stacked types to (cells, types).
  private NDArray byType(NDArray values) {
    return values.reshape(types.size(), -1).transpose();
  }

  private static NDArray stacked(NDList parts) {
    var first = parts.removeFirst();
    return parts.isEmpty() ? first : first.getNDArrayInternal().concat(parts, 0);
  }
}
