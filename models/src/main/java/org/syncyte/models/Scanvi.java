package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.FcLayers;
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
            "SCANVI: argument latent_distribution = 'ln' must be normal; the prior of each type is"
                + " one");
      }
      if (scvi.dispersion() == Scvi.Dispersion.GENE_LABEL) {
        throw new IllegalArgumentException(
            "SCANVI: argument dispersion = 'gene-label' must be another; cells without label have"
                + " none");
      }
      return config;
    }

    Map<String, String> constructorArguments() {
      var arguments = new LinkedHashMap<>(scvi.constructorArguments());
      arguments.remove("latent_distribution");
      arguments.put("linear_classifier", Boolean.toString(linearClassifier));
      return arguments;
    }

    private LabelHierarchy.Make hierarchy() {
      var encoder = injected(scvi.encoder());
      return new LabelHierarchy.Make(
          new FcLayers.Make(
              classifierLayers,
              classifierHidden,
              classifierDropout,
              encoder.batchNorm(),
              encoder.layerNorm(),
              true),
          logits,
          encoder,
          injected(scvi.decoder()));
    }

    /// The type enters every layer, whatever is said of other covariates.
    private static FcLayers.Make injected(FcLayers.Make make) {
      return new FcLayers.Make(
          make.layers(), make.hidden(), make.dropout(), make.batchNorm(), make.layerNorm(), true);
    }
  }

  private final Scvi scvi;
  private final LabelHierarchy types;

  /// @param data its labels are the classes, without the one that means that a cell has none
  public Scanvi(Config config, Summary data, Weights weights) {
    scvi = new Scvi(config.scvi, data, weights);
    types = new LabelHierarchy(weights, scvi.latent(), data.labels(), config.hierarchy());
  }

  @Override
  public int latent() {
    return scvi.latent();
  }

  @Override
  public int classes() {
    return types.classes();
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
    return types.scores(z, pass);
  }

  @Override
  public NDArray probabilities(NDArray scores) {
    return types.probabilities(scores);
  }

  @Override
  public NDArray classificationLoss(NDArray scores, NDArray labels) {
    return types.classificationLoss(scores, labels);
  }

  @Override
  public Loss loss(
      Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass) {
    return loss(cells, posterior, generated.counts().surprise(cells.counts()), klWeight, pass);
  }

  @Override
  public Loss loss(Batch cells, float klWeight, Pass pass) {
    var posterior = inference(cells, pass);
    return loss(cells, posterior, scvi.reconstruction(cells, posterior, pass), klWeight, pass);
  }

  private Loss loss(Batch cells, Posterior posterior, NDArray surprise, float klWeight, Pass pass) {
    int[] last = {-1};
    var z1 = posterior.z();
    var told = types.terms(z1, cells.batch(), pass);
    var reconstruction =
        surprise.add(posterior.latent().logProbability(z1).sum(last)).add(told.latent());
    var parts = new LinkedHashMap<String, NDArray>();
    parts.put("kl_divergence_z2", told.within());
    parts.put("kl_divergence_y", told.type());
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
}
