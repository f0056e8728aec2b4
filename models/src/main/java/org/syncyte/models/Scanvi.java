package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

/// scANVI: scVI that knows the types of some cells and tells those of the others.
///
///     y  ~ Categorical(π)                          type of a cell, π = 1/K each
///     z₂ ~ Normal(0, I)                            state within the type
///     z₁ ~ Normal(m(z₂, y), v(z₂, y))              latent state, scVI's z
///     x  | z₁ as scVI: the decoder of counts does not see y
///
/// Inference: q(z₁ | x) is scVI's encoder, q(y | z₁) = p the classifier's softmax, and
/// q(z₂ | z₁, y) an encoder that sees the type. The type is not sampled but summed over, labelled
/// cells included. With A_k = -log N(z₁; m_k, v_k) and B_k = KL(q(z₂ | z₁, k) ‖ N(0, I)) from one
/// sample of z₂ per type, per cell
///
///     reconstruction = -log p(x | z₁, ℓ) + log q(z₁ | x) + Σ_k p_k A_k
///     KL             = Σ_k p_k B_k + KL(Cat(p) ‖ Cat(π)) + KL(q(ℓ) ‖ p(ℓ))
///     loss           = reconstruction + w KL
///
/// So what concerns z₁ is never annealed, and the library, other than in scVI, is. Labels enter
/// through the cross-entropy of the classifier at the mean of q(z₁ | x), which training adds with a
/// weight of 50.
///
/// Xu et al., Molecular Systems Biology 17, 2021.
public final class Scanvi implements Labelling {
  private static final String CLASSIFIER = SavedArguments.CLASSIFIER + ".";

  /// @param classifierLayers 0 for a linear classifier
  /// @param logits whether the classifier ends in logits, not in probabilities
  public record Config(
      Scvi.Config scvi,
      boolean linearClassifier,
      int classifierLayers,
      int classifierHidden,
      double classifierDropout,
      boolean logits) {
    /// From arguments by their published names.
    ///
    /// @throws IllegalArgumentException naming the argument, its value and the rule
    public static Config of(Map<String, String> arguments) {
      var a = new Arguments("SCANVI", arguments);
      var scvi = Scvi.Config.read(a);
      boolean linear = a.flag("linear_classifier", false);
      var config =
          new Config(
              scvi,
              linear,
              a.integer(CLASSIFIER + "n_layers", linear ? 0 : scvi.layers(), 0),
              a.integer(CLASSIFIER + "n_hidden", linear ? 0 : scvi.hidden(), 0),
              a.number(CLASSIFIER + "dropout_rate", scvi.dropout(), 0, 1),
              a.flag(CLASSIFIER + "logits", true));
      a.onlyDefault("y_prior", "None");
      a.onlyDefault("labels_groups", "None");
      a.onlyDefault("use_labels_groups", "False", "false");
      a.refuseUnread();
      if (scvi.latentDistribution() != Scvi.LatentDistribution.NORMAL) {
        throw new IllegalArgumentException(
            "SCANVI: argument latent_distribution = 'ln' must be normal; the prior of each type is one");
      }
      if (scvi.dispersion() == Scvi.Dispersion.GENE_LABEL) {
        throw new IllegalArgumentException(
            "SCANVI: argument dispersion = 'gene-label' must be another; cells without label have none");
      }
      return config;
    }

    Map<String, String> constructorArguments() {
      var arguments = new LinkedHashMap<>(scvi.constructorArguments());
      arguments.remove("latent_distribution");
      arguments.put("linear_classifier", Boolean.toString(linearClassifier));
      return arguments;
    }

    private FcLayers.Make classifier() {
      var make = injected(scvi.encoder());
      return new FcLayers.Make(
          classifierLayers,
          classifierHidden,
          classifierDropout,
          make.batchNorm(),
          make.layerNorm(),
          true);
    }

    /// The type enters every layer, whatever is said of other covariates.
    private static FcLayers.Make injected(FcLayers.Make make) {
      return new FcLayers.Make(
          make.layers(), make.hidden(), make.dropout(), make.batchNorm(), make.layerNorm(), true);
    }
  }

  private final Scvi scvi;
  private final Covariate types;
  private final NDArray typePrior;
  private final OneHot typeHot;
  private final Classifier classifier;
  private final Encoder encoderZ2;
  private final Decoder decoderZ1;

  /// @param data its labels are the classes, without the one that means that a cell has none
  public Scanvi(Config config, Summary data, Weights weights) {
    types = data.labels();
    scvi = new Scvi(config.scvi, data, weights);
    int latent = scvi.latent();
    int classes = types.size();
    typePrior =
        weights.fixed(
            "y_prior", new Shape(1, classes), new Init.Constant(1f / classes), types.blocks(1, 0));
    typeHot = OneHot.of(weights, classes);
    classifier =
        Classifier.of(
            weights.at("classifier"), latent, classes, config.classifier(), config.logits);
    encoderZ2 =
        Encoder.of(
            weights.at("encoder_z2_z1"),
            latent,
            latent,
            List.of(types),
            Config.injected(config.scvi.encoder()));
    decoderZ1 =
        Decoder.of(
            weights.at("decoder_z1_z2"),
            latent,
            latent,
            List.of(types),
            Config.injected(config.scvi.decoder()));
  }

  @Override
  public int latent() {
    return scvi.latent();
  }

  @Override
  public int classes() {
    return types.size();
  }

  @Override
  public Posterior inference(Batch cells, Pass pass) {
    return scvi.inference(cells, pass);
  }

  @Override
  public Posterior cached(Normal latent, NDArray logLibrary, Pass pass) {
    return scvi.cached(latent, logLibrary, pass);
  }

  @Override
  public Normal encode(Batch cells, Pass pass) {
    return scvi.encode(cells, pass);
  }

  @Override
  public Generated generative(Batch cells, Posterior posterior, Pass pass) {
    return scvi.generative(cells, posterior, pass);
  }

  @Override
  public @Nullable Normal libraryPrior(Batch cells) {
    return scvi.libraryPrior(cells);
  }

  @Override
  public NDArray scores(NDArray z, Pass pass) {
    return classifier.apply(z, pass);
  }

  @Override
  public NDArray probabilities(NDArray scores) {
    return classifier.probabilities(scores);
  }

  /// A softmax is taken of the scores even where they are probabilities, as published models were
  /// trained.
  @Override
  public NDArray classificationLoss(NDArray scores, NDArray labels) {
    return scores.logSoftmax(-1).mul(typeHot.apply(labels)).sum(new int[] {-1}).neg().mean();
  }

  @Override
  public Loss loss(
      Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass) {
    int[] last = {-1};
    var z1 = posterior.z();
    // Types below each other: first all cells as type 0, then all as type 1, ...
    var copies = new NDList();
    var codes = new NDList();
    for (int k = 0; k < types.size(); k++) {
      copies.add(z1);
      codes.add(Scaled.by(cells.batch(), 0L).add((long) k));
    }
    var z1s = stacked(copies);
    List<NDArray> hots = types.width() > 0 ? List.of(typeHot.apply(stacked(codes))) : List.of();
    var q2 = encoderZ2.apply(z1s, hots, pass);
    var prior1 = decoderZ1.apply(q2.sample(pass.noise()), hots, pass);
    var a = byType(prior1.logProbability(z1s).sum(last).neg());
    var b = byType(Kl.fromStandard(q2).sum(last));

    var p = probabilities(scores(z1, pass));
    var reconstruction =
        generated
            .counts()
            .logProbability(cells.counts())
            .sum(last)
            .neg()
            .add(posterior.latent().logProbability(z1).sum(last))
            .add(p.mul(a).sum(last));
    var parts = new LinkedHashMap<String, NDArray>();
    parts.put("kl_divergence_z2", p.mul(b).sum(last));
    parts.put("kl_divergence_y", Kl.categorical(p, typePrior).sum(last));
    var klLibrary = scvi.klLibrary(cells, posterior);
    if (klLibrary != null) {
      parts.put("kl_divergence_l", klLibrary);
    }
    var total = reconstruction;
    for (var part : parts.values()) {
      total = total.add(Scaled.by(part, klWeight));
    }
    return new Loss(total.mean(), reconstruction, parts);
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
