package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Distribution;
import org.syncyte.models.distributions.Kl;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.NegativeBinomialMixture;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.likelihood.FusedCounts;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.nn.DecoderTotalvi;
import org.syncyte.models.nn.EncoderTotalvi;
import org.syncyte.models.nn.FcLayers;
import org.syncyte.models.nn.Init;
import org.syncyte.models.nn.OneHot;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Weights;

/// totalVI: RNA and surface proteins of the same cells in one latent space.
///
///     z     ~ Normal(0, I)                           "ln": z = softmax(z)
///     ρ     = softmax(f(z))                          normalised expression
///     x     ~ NegativeBinomial(ℓ ρ, θ)               genes; or zero-inflated
///     log ν ~ Normal(α(z), β(z)²)                    background of a protein: antibody that sticks
///     r     = ν (1 + 1e-8 + ReLU(g(z)))              foreground: protein that the cell carries
///     y     ~ π NB(e ν, φ) + (1-π) NB(e r, φ)        proteins; π = σ(τ(z)), e_b efficiency of batch b
///
/// Every f sees z, covariates and the batch. The prior of log ν is Normal(α⁰, β⁰) per protein and
/// panel, learned, and the prior of e is LogNormal(0, 1).
///
/// Inference: q(z | x, y) and q(log ℓ | x, y) read log(1 + x / (1 + mean x)) and the same of y. A
/// protein that a panel did not measure is masked out: M = 0. Loss per cell, with KL weight w and
/// weight ω of proteins,
///
///     rec_x + w ω rec_y + w KL(q(z) ‖ p(z)) + KL(q(ℓ) ‖ p(ℓ)) + w kl_back
///     rec_y   = -Σ M log p(y)
///     kl_back = Σ M KL(q(log ν) ‖ p(log ν)) - Σ log p(e) + 10⁻³ Σ softplus(-τ)
///
/// So the proteins are annealed as the divergences are. Files up to layout 1.3.0 hold an earlier
/// form: counts enter without division by their mean, there is no e, rec_y counts in full, and kl_back
/// is its first term alone.
///
/// Gayoso et al., Nature Methods 18, 2021.
public final class Totalvi implements ProteinModel {
  public enum GeneDispersion {
    GENE,
    GENE_BATCH
  }

  public enum ProteinDispersion {
    PROTEIN,
    PROTEIN_BATCH
  }

  public enum Likelihood {
    NB,
    ZINB
  }

  /// How the spread of the log background stays positive.
  public enum Positive {
    SOFTPLUS,
    EXP
  }

  /// @param empiricalPrior whether the prior of the background is fitted to the data before
  ///   training; null for as soon as there are more than ten proteins
  /// @param everythingMeasured whether a protein without counts in a panel is a zero that was seen
  /// @param legacy whether the model is of a file up to layout 1.3.0
  public record Config(
      int latent,
      GeneDispersion geneDispersion,
      ProteinDispersion proteinDispersion,
      Likelihood likelihood,
      Scvi.LatentDistribution latentDistribution,
      @Nullable Boolean empiricalPrior,
      boolean everythingMeasured,
      int hidden,
      int encoderLayers,
      int decoderLayers,
      double encoderDropout,
      double decoderDropout,
      boolean logVariational,
      boolean encodeCovariates,
      boolean observedLibrary,
      Scvi.Sides batchNorm,
      Scvi.Sides layerNorm,
      Positive backgroundActivation,
      boolean legacy) {
    /// From arguments by their published names.
    ///
    /// @throws IllegalArgumentException naming the argument, its value and the rule
    public static Config of(Map<String, String> arguments) {
      var a = new Arguments("TOTALVI", arguments);
      var config = read(a);
      a.refuseUnread();
      return config;
    }

    /// The arguments that every model built on this one has as well.
    static Config read(Arguments a) {
      var config =
          new Config(
              a.integer("n_latent", 20, 1),
              a.choice("gene_dispersion", GeneDispersion.GENE),
              a.choice("protein_dispersion", ProteinDispersion.PROTEIN),
              a.choice("gene_likelihood", Likelihood.NB),
              a.choice("latent_distribution", Scvi.LatentDistribution.NORMAL),
              a.perhaps("empirical_protein_background_prior"),
              a.flag("override_missing_proteins", false),
              a.integer("n_hidden", 256, 1),
              a.integer("n_layers_encoder", 2, 1),
              a.integer("n_layers_decoder", 1, 1),
              a.number("dropout_rate_encoder", 0.2, 0, 1),
              a.number("dropout_rate_decoder", 0.2, 0, 1),
              a.flag("log_variational", true),
              a.flag("encode_covariates", true),
              a.flag("use_observed_lib_size", true),
              a.choice("use_batch_norm", Scvi.Sides.BOTH),
              a.choice("use_layer_norm", Scvi.Sides.NONE),
              a.choice(SavedArguments.BACKGROUND, Positive.SOFTPLUS),
              a.flag(LEGACY, false));
      a.onlyDefault("extra_encoder_kwargs", "None", "{}");
      a.onlyDefault("extra_decoder_kwargs", "None", "{}");
      a.flag("extra_payload_autotune", false);
      return config;
    }

    Map<String, String> constructorArguments() {
      var arguments = new LinkedHashMap<String, String>();
      arguments.put("n_latent", Integer.toString(latent));
      arguments.put("gene_dispersion", Arguments.spelled(geneDispersion));
      arguments.put("protein_dispersion", Arguments.spelled(proteinDispersion));
      arguments.put("gene_likelihood", Arguments.spelled(likelihood));
      arguments.put("latent_distribution", Arguments.spelled(latentDistribution));
      arguments.put(
          "empirical_protein_background_prior",
          empiricalPrior == null ? "None" : Boolean.toString(empiricalPrior));
      arguments.put("override_missing_proteins", Boolean.toString(everythingMeasured));
      return arguments;
    }

    FcLayers.Make encoder() {
      return new FcLayers.Make(
          encoderLayers, hidden, encoderDropout, batchNorm.encoder(), layerNorm.encoder(), true);
    }

    FcLayers.Make decoder() {
      return new FcLayers.Make(
          decoderLayers, hidden, decoderDropout, batchNorm.decoder(), layerNorm.decoder(), true);
    }
  }

  /// The parts of the loss of each cell, (cells), without weights.
  record Parts(
      NDArray genes, NDArray proteins, NDArray klBackground, @Nullable NDArray klLibrary) {}

  /// Marks a model of the earlier form.
  static final String LEGACY = "legacy_forward";

  /// What a model that continues this one keeps.
  static final Set<String> LEARNED_ONCE =
      Set.of("background_pro_alpha", "background_pro_log_beta", "log_per_batch_efficiency");

  /// Beyond e¹⁵ counts a sampled library size is no cell's.
  private static final float LARGEST_LOG_LIBRARY = 15;

  private static final float EPSILON = 1e-8f;
  private static final float MIXING_WEIGHT = 1e-3f;
  private static final float HALF_LOG_TWO_PI = (float) (0.5 * Math.log(2 * Math.PI));
  private static final int[] LAST = {-1};

  private final Config config;
  private final boolean sizeFactor;
  private final boolean latentLibrary;
  private final ProteinPanels proteins;
  private final NDArray backgroundMean;
  private final NDArray backgroundLogScale;
  private final @Nullable NDArray logEfficiency;
  private final NDArray pxR;
  private final NDArray pyR;
  private final @Nullable NDArray libraryMeans;
  private final @Nullable NDArray libraryVariances;
  private final @Nullable NDArray mask;
  private final OneHot batchHot;
  private final OneHot panelHot;
  private final List<@Nullable OneHot> hots;
  private final EncoderTotalvi encoder;
  private final DecoderTotalvi decoder;

  public Totalvi(Config config, Summary data, Weights weights) {
    if (data.proteins() == null) {
      throw new IllegalArgumentException(
          "totalVI models proteins beside genes; set up the data with the obsm key of proteins");
    }
    this.config = config;
    proteins = data.proteins();
    sizeFactor = data.sizeFactor();
    latentLibrary = !config.observedLibrary && !sizeFactor;
    int p = proteins.proteins();
    var panels = proteins.panels();
    var perPanel = new Shape(p, panels.size());
    var panelColumns = panels.blocks(1, 0);
    backgroundMean =
        weights.parameter("background_pro_alpha", perPanel, new Init.Constant(3), panelColumns);
    backgroundLogScale =
        weights.parameter("background_pro_log_beta", perPanel, Init.ZEROS, panelColumns);
    int batches = data.batch().size();
    var batchColumns = data.batch().blocks(1, 0);
    logEfficiency =
        config.legacy
            ? null
            : weights.parameter(
                "log_per_batch_efficiency", new Shape(p, batches), Init.ZEROS, batchColumns);
    pxR =
        config.geneDispersion == GeneDispersion.GENE
            ? weights.parameter("px_r", new Shape(data.genes()), Init.NORMAL)
            : weights.parameter(
                "px_r", new Shape(data.genes(), batches), Init.NORMAL, batchColumns);
    pyR =
        config.proteinDispersion == ProteinDispersion.PROTEIN
            ? weights.parameter("py_r", new Shape(p), new Init.UpTo(2))
            : weights.parameter("py_r", new Shape(p, batches), new Init.UpTo(2), batchColumns);
    var perBatch = new Shape(1, batches);
    libraryMeans =
        latentLibrary
            ? weights.fixed("library_log_means", perBatch, Init.ZEROS, batchColumns)
            : null;
    libraryVariances =
        latentLibrary ? weights.fixed("library_log_vars", perBatch, Init.ONES, batchColumns) : null;
    mask =
        proteins.incomplete() && !config.everythingMeasured
            // Once: what is made of a constant lives as long as the model.
            ? weights
                .constant(proteins.mask(), new Shape(panels.size(), p))
                .toType(DataType.FLOAT32, true)
            : null;
    batchHot = OneHot.of(weights, batches);
    panelHot = OneHot.of(weights, panels.size());

    var injected = new ArrayList<Covariate>();
    injected.add(data.batch());
    injected.addAll(data.categorical());
    hots = new ArrayList<>();
    for (var covariate : injected) {
      hots.add(covariate.width() > 0 ? OneHot.of(weights, covariate.size()) : null);
    }

    encoder =
        EncoderTotalvi.of(
            weights.at("encoder"),
            data.genes() + p + (config.encodeCovariates ? data.continuous() : 0),
            config.latent,
            config.encodeCovariates ? injected : List.of(),
            config.encoder(),
            latentLibrary);
    decoder =
        DecoderTotalvi.of(
            weights.at("decoder"),
            config.latent + data.continuous(),
            data.genes(),
            p,
            injected,
            config.decoder(),
            config.likelihood == Likelihood.ZINB);
  }

  @Override
  public int latent() {
    return config.latent;
  }

  @Override
  public ProteinPanels panels() {
    return proteins;
  }

  @Override
  public boolean masked() {
    return mask != null;
  }

  @Override
  public boolean empiricalPrior() {
    return config.empiricalPrior == null ? proteins.proteins() > 10 : config.empiricalPrior;
  }

  @Override
  public Posterior inference(Batch cells, Pass pass) {
    var x = encoderInput(cells);
    var hot = encoderHots(cells);
    var q = encoder.latent(x, hot, pass);
    var z = transformed(q.sample(pass.noise()));
    if (latentLibrary) {
      var library = encoder.library(x, hot, pass);
      var drawn = library.sample(pass.noise());
      var largest = drawn.getManager().create(LARGEST_LOG_LIBRARY);
      return new Posterior(q, z, library, drawn.minimum(largest));
    }
    var factor = cells.sizeFactor();
    return new Posterior(
        q, z, null, sizeFactor && factor != null ? factor.log() : cells.logLibrary());
  }

  @Override
  public Posterior cached(Normal latent, NDArray logLibrary, Pass pass) {
    return new Posterior(latent, transformed(latent.sample(pass.noise())), null, logLibrary);
  }

  @Override
  public Generated generative(Batch cells, Posterior posterior, Pass pass) {
    var u = beside(posterior.z(), cells);
    var hot = hots(cells);
    var logits = decoder.scale().apply(DecoderTotalvi.hidden(decoder.genes(), u, hot, pass));
    var scale = sizeFactor ? softplus(logits) : logits.softmax(-1);
    var rate = posterior.logLibrary().exp().mul(scale);
    var counted = counted(cells, u, hot, pass);
    var theta = dispersion(pxR, cells);
    Distribution counts =
        switch (config.likelihood) {
          case NB -> new NegativeBinomial(rate, theta);
          case ZINB ->
              new ZeroInflatedNegativeBinomial(
                  rate, theta, decoder.dropout().apply(counted.mixed()));
        };
    return new Generated(counts, scale, rate, counted.proteins());
  }

  /// @param mixed the hidden layer of mixing, from which forced zeros of genes are read as well
  private record Counted(GeneratedProteins proteins, NDArray mixed) {}

  private Counted counted(Batch cells, NDArray u, List<NDArray> hot, Pass pass) {
    var back = DecoderTotalvi.hidden(decoder.background(), u, hot, pass);
    var spread = decoder.backgroundScale().apply(back);
    var beta =
        (config.backgroundActivation == Positive.EXP ? spread.exp() : softplus(spread))
            .add(EPSILON);
    var alpha = decoder.backgroundMean().apply(back);
    var background = alpha.add(beta.mul(pass.noise().normal(alpha))).exp();
    var foregroundScale =
        decoder
            .foregroundScale()
            .apply(DecoderTotalvi.hidden(decoder.foreground(), u, hot, pass))
            .getNDArrayInternal()
            .relu()
            .add(1f + EPSILON);
    var foreground = background.mul(foregroundScale);
    var mixed = DecoderTotalvi.hidden(decoder.mixed(), u, hot, pass);
    var tau = decoder.mixing().apply(mixed);
    var efficiency = efficiency(cells, background);
    return new Counted(
        new GeneratedProteins(
            Normal.ofScale(alpha, beta),
            background,
            foregroundScale,
            foreground,
            tau,
            efficiency,
            new NegativeBinomialMixture(
                efficiency.mul(background),
                efficiency.mul(foreground),
                dispersion(pyR, cells),
                tau)),
        mixed);
  }

  @Override
  public Loss loss(
      Batch cells,
      Posterior posterior,
      Generated generated,
      float klWeight,
      float proteinWeight,
      Pass pass) {
    return loss(posterior, parts(cells, posterior, generated), klWeight, proteinWeight);
  }

  @Override
  public Loss loss(
      Batch cells, Posterior posterior, float klWeight, float proteinWeight, Pass pass) {
    return loss(posterior, parts(cells, posterior, pass), klWeight, proteinWeight);
  }

  private Loss loss(Posterior posterior, Parts parts, float klWeight, float proteinWeight) {
    var kl = new LinkedHashMap<String, NDArray>();
    kl.put("kl_div_z", Kl.fromStandard(posterior.latent()).sum(LAST));
    kl.put("kl_div_back_pro", parts.klBackground());
    var total = parts.genes().add(Scaled.by(parts.proteins(), weight(klWeight, proteinWeight)));
    for (var part : kl.values()) {
      total = total.add(Scaled.by(part, klWeight));
    }
    if (parts.klLibrary() != null) {
      kl.put("kl_div_l_gene", parts.klLibrary());
      total = total.add(parts.klLibrary());
    }
    return new Loss(total.mean(), parts.genes().add(parts.proteins()), kl);
  }

  /// Weight of the likelihood of proteins.
  float weight(float klWeight, float proteinWeight) {
    return config.legacy ? proteinWeight : klWeight * proteinWeight;
  }

  /// Those of the loss, without what lies between. The likelihood of genes is worked out in one go
  /// where the pass takes gradients from it and the likelihood is the usual one: dispersion by
  /// gene, expression that sums to one, no forced zeros.
  Parts parts(Batch cells, Posterior posterior, Pass pass) {
    var gradients = pass.gradients();
    if (gradients == null
        || config.geneDispersion != GeneDispersion.GENE
        || config.likelihood != Likelihood.NB
        || sizeFactor
        || !Compute.vectors()) {
      return parts(cells, posterior, generative(cells, posterior, pass));
    }
    var u = beside(posterior.z(), cells);
    var hot = hots(cells);
    var genes =
        new FusedCounts(decoder.scale(), null, pxR, gradients)
            .surprise(
                DecoderTotalvi.hidden(decoder.genes(), u, hot, pass),
                cells.counts(),
                posterior.logLibrary(),
                posterior.library() != null);
    return parts(cells, posterior, genes, counted(cells, u, hot, pass).proteins());
  }

  /// @param posterior null where the library's divergence is not asked for
  Parts parts(Batch cells, @Nullable Posterior posterior, Generated generated) {
    return parts(
        cells,
        posterior,
        generated.counts().logProbability(cells.counts()).sum(LAST).neg(),
        Objects.requireNonNull(generated.proteins()));
  }

  private Parts parts(
      Batch cells, @Nullable Posterior posterior, NDArray genes, GeneratedProteins made) {
    var y = counted(cells);
    var panel = panel(cells);
    var measured = mask == null ? null : panel.matMul(mask);
    var seen = masked(made.counts().logProbability(y), measured).sum(LAST).neg();
    var kl = masked(Kl.between(made.logBackground(), prior(panel)), measured).sum(LAST);
    if (logEfficiency != null) {
      var log = logEfficiency(cells, logEfficiency);
      kl =
          kl.add(log.add(Scaled.by(log.square(), 0.5f)).add(HALF_LOG_TWO_PI).sum(LAST))
              .add(Scaled.by(softplus(made.mixing().neg()).sum(LAST), MIXING_WEIGHT));
    }
    return new Parts(genes, seen, kl, klLibrary(cells, posterior));
  }

  private NDArray panel(Batch cells) {
    return panelHot.apply(cells.panel() == null ? cells.batch() : cells.panel());
  }

  /// What is believed of the log background before the counts are seen.
  private Normal prior(NDArray panel) {
    return Normal.ofScale(
        panel.matMul(backgroundMean.transpose()),
        panel.matMul(backgroundLogScale.transpose().exp()));
  }

  /// Of genes and proteins, weighed by how much likelier the drawn background is under its prior
  /// than where it was drawn from. What was not measured has no part in either, where published
  /// numbers let the background in: it integrates to one, but not from a few draws.
  @Override
  public NDArray logLikelihood(Batch cells, Generated generated) {
    var parts = parts(cells, null, generated);
    var made = Objects.requireNonNull(generated.proteins());
    var log = made.background().log();
    var panel = panel(cells);
    var ratio = prior(panel).logProbability(log).sub(made.logBackground().logProbability(log));
    return masked(ratio, mask == null ? null : panel.matMul(mask))
        .sum(LAST)
        .sub(parts.genes())
        .sub(parts.proteins());
  }

  private static NDArray masked(NDArray values, @Nullable NDArray measured) {
    return measured == null ? values : values.mul(measured);
  }

  private @Nullable NDArray klLibrary(Batch cells, @Nullable Posterior posterior) {
    var library = posterior == null ? null : posterior.library();
    var prior = library == null ? null : libraryPrior(cells);
    return library == null || prior == null ? null : Kl.between(library, prior).sum(LAST);
  }

  @Override
  public @Nullable Normal libraryPrior(Batch cells) {
    if (libraryMeans == null || libraryVariances == null) {
      return null;
    }
    var hot = batchHot.apply(cells.batch());
    return new Normal(
        hot.matMul(libraryMeans.transpose()), hot.matMul(libraryVariances.transpose()));
  }

  /// The posterior in latent space alone.
  @Override
  public Normal encode(Batch cells, Pass pass) {
    return encoder.latent(encoderInput(cells), encoderHots(cells), pass);
  }

  /// The posterior of the log library size, learned where the size is latent.
  public Normal encodeLibrary(Batch cells, Pass pass) {
    return encoder.library(encoderInput(cells), encoderHots(cells), pass);
  }

  private NDArray encoderInput(Batch cells) {
    var parts = new NDList(encoded(counted(cells)));
    if (config.encodeCovariates && cells.continuous() != null) {
      parts.add(cells.continuous());
    }
    return encoded(cells.counts()).getNDArrayInternal().concat(parts, -1);
  }

  private NDArray encoded(NDArray counts) {
    var x = config.legacy ? counts : counts.div(counts.mean(LAST, true).add(1f));
    return config.logVariational ? x.add(1f).log() : x;
  }

  private static NDArray counted(Batch cells) {
    return Objects.requireNonNull(
        cells.proteins(), "cells without proteins reached a model of proteins");
  }

  private List<NDArray> encoderHots(Batch cells) {
    return config.encodeCovariates ? hots(cells) : List.of();
  }

  private NDArray transformed(NDArray y) {
    return switch (config.latentDistribution) {
      case NORMAL -> y;
      case LN -> y.softmax(-1);
    };
  }

  private NDArray efficiency(Batch cells, NDArray like) {
    return logEfficiency == null
        ? Scaled.by(like, 0f).add(1f)
        : logEfficiency(cells, logEfficiency).exp();
  }

  private NDArray logEfficiency(Batch cells, NDArray log) {
    return batchHot.apply(cells.batch()).matMul(log.transpose());
  }

  private NDArray dispersion(NDArray r, Batch cells) {
    return r.getShape().dimension() == 1
        ? r.exp()
        : batchHot.apply(cells.batch()).matMul(r.transpose()).exp();
  }

  private static NDArray beside(NDArray z, Batch cells) {
    return cells.continuous() == null
        ? z
        : z.getNDArrayInternal().concat(new NDList(cells.continuous()), -1);
  }

  private List<NDArray> hots(Batch cells) {
    var applied = new ArrayList<NDArray>();
    for (int i = 0; i < hots.size(); i++) {
      var hot = hots.get(i);
      if (hot != null) {
        applied.add(hot.apply(i == 0 ? cells.batch() : cells.categorical().get(i - 1)));
      }
    }
    return applied;
  }

  private static NDArray softplus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }
}
