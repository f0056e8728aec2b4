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

/// totalANVI: totalVI that knows the types of some cells and tells those of the others.
///
/// Above totalVI's z = z₁ stands scANVI's hierarchy of types (see `LabelHierarchy`); below it RNA and
/// proteins are as in totalVI, whose decoder does not see the type. Loss per cell, with KL weight w
/// and weight ω of proteins,
///
///     rec_x + w ω rec_y + log q(z₁ | x, y) + Σ_k p_k A_k
///       + w [Σ_k p_k B_k + KL(Cat(p) ‖ Cat(π)) + kl_back] + KL(q(ℓ) ‖ p(ℓ))
///
/// What concerns z₁ is never annealed, and neither is the library, other than in scANVI. The
/// reconstruction that is reported is that of the counts alone; what concerns z₁ and the library is
/// reported nowhere, as in published histories.
public final class Totalanvi implements ProteinModel, Labelling {
  private static final String CLASSIFIER = SavedArguments.CLASSIFIER + ".";
  private static final double INNER_DROPOUT = 0.05;

  /// @param classifierLayers 0 for a linear classifier
  public record Config(
      Totalvi.Config totalvi,
      boolean linearClassifier,
      int classifierLayers,
      int classifierHidden,
      double classifierDropout,
      boolean logits) {
    /// From arguments by their published names.
    ///
    /// @throws IllegalArgumentException naming the argument, its value and the rule
    public static Config of(Map<String, String> arguments) {
      var a = new Arguments("TOTALANVI", arguments);
      var totalvi = Totalvi.Config.read(a);
      boolean linear = a.flag("linear_classifier", false);
      var config =
          new Config(
              totalvi,
              linear,
              a.integer(CLASSIFIER + "n_layers", linear ? 0 : totalvi.encoderLayers(), 0),
              a.integer(CLASSIFIER + "n_hidden", linear ? 0 : totalvi.hidden(), 0),
              a.number(CLASSIFIER + "dropout_rate", totalvi.encoderDropout(), 0, 1),
              a.flag(CLASSIFIER + "logits", true));
      a.onlyDefault("y_prior", "None");
      a.onlyDefault("labels_groups", "None");
      a.onlyDefault("use_labels_groups", "False", "false");
      a.refuseUnread();
      if (totalvi.legacy()) {
        throw new IllegalArgumentException(
            "TOTALANVI: there is none of the form of files up to layout 1.3.0; train the totalVI"
                + " anew");
      }
      if (totalvi.latentDistribution() != Scvi.LatentDistribution.NORMAL) {
        throw new IllegalArgumentException(
            "TOTALANVI: argument latent_distribution = 'ln' must be normal; the prior of each type"
                + " is one");
      }
      return config;
    }

    Map<String, String> constructorArguments() {
      var arguments = new LinkedHashMap<>(totalvi.constructorArguments());
      arguments.put("linear_classifier", Boolean.toString(linearClassifier));
      return arguments;
    }

    private LabelHierarchy.Make hierarchy() {
      var encoder = totalvi.encoder();
      var decoder = totalvi.decoder();
      return new LabelHierarchy.Make(
          new FcLayers.Make(
              classifierLayers,
              classifierHidden,
              classifierDropout,
              encoder.batchNorm(),
              encoder.layerNorm(),
              true),
          logits,
          dropping(encoder, INNER_DROPOUT),
          dropping(decoder, 0));
    }

    private static FcLayers.Make dropping(FcLayers.Make make, double rate) {
      return new FcLayers.Make(
          make.layers(), make.hidden(), rate, make.batchNorm(), make.layerNorm(), true);
    }
  }

  private final Totalvi totalvi;
  private final LabelHierarchy types;

  /// @param data its labels are the classes, without the one that means that a cell has none
  public Totalanvi(Config config, Summary data, Weights weights) {
    totalvi = new Totalvi(config.totalvi, data, weights);
    types = new LabelHierarchy(weights, totalvi.latent(), data.labels(), config.hierarchy());
  }

  @Override
  public int latent() {
    return totalvi.latent();
  }

  @Override
  public int classes() {
    return types.classes();
  }

  @Override
  public ProteinPanels panels() {
    return totalvi.panels();
  }

  @Override
  public boolean masked() {
    return totalvi.masked();
  }

  @Override
  public boolean empiricalPrior() {
    return totalvi.empiricalPrior();
  }

  @Override
  public Posterior inference(Batch cells, Pass pass) {
    return totalvi.inference(cells, pass);
  }

  @Override
  public Posterior cached(Normal latent, NDArray logLibrary, Pass pass) {
    return totalvi.cached(latent, logLibrary, pass);
  }

  @Override
  public Normal encode(Batch cells, Pass pass) {
    return totalvi.encode(cells, pass);
  }

  @Override
  public Generated generative(Batch cells, Posterior posterior, Pass pass) {
    return totalvi.generative(cells, posterior, pass);
  }

  @Override
  public @Nullable Normal libraryPrior(Batch cells) {
    return totalvi.libraryPrior(cells);
  }

  @Override
  public NDArray logLikelihood(Batch cells, Generated generated) {
    return totalvi.logLikelihood(cells, generated);
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
      Batch cells,
      Posterior posterior,
      Generated generated,
      float klWeight,
      float proteinWeight,
      Pass pass) {
    var parts = totalvi.parts(cells, posterior, generated);
    return loss(cells, posterior, parts, klWeight, proteinWeight, pass);
  }

  @Override
  public Loss loss(
      Batch cells, Posterior posterior, float klWeight, float proteinWeight, Pass pass) {
    var parts = totalvi.parts(cells, posterior, pass);
    return loss(cells, posterior, parts, klWeight, proteinWeight, pass);
  }

  private Loss loss(
      Batch cells,
      Posterior posterior,
      Totalvi.Parts parts,
      float klWeight,
      float proteinWeight,
      Pass pass) {
    int[] last = {-1};
    var z1 = posterior.z();
    var told = types.terms(z1, cells.batch(), pass);
    var kl = new LinkedHashMap<String, NDArray>();
    kl.put("kl_div_back_pro", parts.klBackground());
    kl.put("kl_divergence", told.within());
    kl.put("kl_divergence_class", told.type());
    var total =
        parts
            .genes()
            .add(Scaled.by(parts.proteins(), totalvi.weight(klWeight, proteinWeight)))
            .add(posterior.latent().logProbability(z1).sum(last))
            .add(told.latent());
    for (var part : kl.values()) {
      total = total.add(Scaled.by(part, klWeight));
    }
    if (parts.klLibrary() != null) {
      total = total.add(parts.klLibrary());
    }
    return new Loss(total.mean(), parts.genes().add(parts.proteins()), kl);
  }
}
