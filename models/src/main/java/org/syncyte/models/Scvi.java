package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Distribution;
import org.syncyte.models.distributions.Kl;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Poisson;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.likelihood.FusedCounts;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.nn.DecoderScvi;
import org.syncyte.models.nn.Encoder;
import org.syncyte.models.nn.FcLayers;
import org.syncyte.models.nn.Init;
import org.syncyte.models.nn.OneHot;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Weights;

/// scVI, a variational auto-encoder of single-cell counts.
///
///     z  ~ Normal(0, I)                        latent state of a cell; "ln": z = softmax(z)
///     ℓ  = log total count, log size factor, or ~ Normal(μ_b, v_b) per batch b
///     ρ  = softmax(f(z, covariates))           normalised expression (cells, genes)
///     x  ~ ZeroInflatedNegativeBinomial(exp(ℓ) ρ, θ, π) | NegativeBinomial | Poisson | Normal
///
/// Inference: q(z | x) = Normal(m(x̃), v(x̃)) with x̃ = log(1 + x). The library is read from raw
/// counts. Loss per cell: -log p(x | z, ℓ) + w KL(q(z) ‖ p(z)) + KL(q(ℓ) ‖ p(ℓ)); only the latent
/// divergence is annealed by w. For "ln" the divergence is that of the untransformed z.
///
/// Covariates enter the decoder always, the encoder with `encode_covariates`: categories as one-hot
/// columns of every layer, continuous ones once at the input. With batch representation "embedding"
/// the batch is a learned vector in place of its one-hot columns.
///
/// Lopez et al., Nature Methods 15, 2018.
public final class Scvi implements Model {
  /// Whose inverse dispersion θ is: `exp(px_r)`, or of each cell through the decoder.
  public enum Dispersion {
    GENE,
    GENE_BATCH,
    GENE_LABEL,
    GENE_CELL
  }

  public enum Likelihood {
    ZINB,
    NB,
    POISSON,
    NORMAL
  }

  public enum LatentDistribution {
    NORMAL,
    LN
  }

  public enum BatchRepresentation {
    ONE_HOT,
    EMBEDDING
  }

  /// Which networks a normalisation applies to.
  public enum Sides {
    ENCODER,
    DECODER,
    BOTH,
    NONE;

    boolean encoder() {
      return this == ENCODER || this == BOTH;
    }

    boolean decoder() {
      return this == DECODER || this == BOTH;
    }
  }

  public record Config(
      int hidden,
      int latent,
      int layers,
      double dropout,
      Dispersion dispersion,
      Likelihood likelihood,
      boolean observedLibrary,
      LatentDistribution latentDistribution,
      boolean logVariational,
      boolean encodeCovariates,
      boolean deeplyInject,
      BatchRepresentation batchRepresentation,
      int embedding,
      Sides batchNorm,
      Sides layerNorm) {
    public static final Config DEFAULT = of(Map.of());

    /// From arguments by their published names.
    ///
    /// @throws IllegalArgumentException naming the argument, its value and the rule
    public static Config of(Map<String, String> arguments) {
      var a = new Arguments("SCVI", arguments);
      var config = read(a);
      a.refuseUnread();
      return config;
    }

    /// The arguments that every model built on this one has as well.
    static Config read(Arguments a) {
      var config =
          new Config(
              a.integer("n_hidden", 128, 1),
              a.integer("n_latent", 10, 1),
              a.integer("n_layers", 1, 1),
              a.number("dropout_rate", 0.1, 0, 1),
              a.choice("dispersion", Dispersion.GENE),
              a.choice("gene_likelihood", Likelihood.ZINB),
              a.flag("use_observed_lib_size", true),
              a.choice("latent_distribution", LatentDistribution.NORMAL),
              a.flag("log_variational", true),
              a.flag("encode_covariates", false),
              a.flag("deeply_inject_covariates", true),
              a.choice("batch_representation", BatchRepresentation.ONE_HOT),
              a.integer("embedding_dim", 5, 1),
              a.choice("use_batch_norm", Sides.BOTH),
              a.choice("use_layer_norm", Sides.NONE));
      a.onlyDefault("var_activation", "None", "exp");
      a.onlyDefault("extra_encoder_kwargs", "None", "{}");
      a.onlyDefault("extra_decoder_kwargs", "None", "{}");
      a.flag("extra_payload_autotune", false);
      return config;
    }

    Map<String, String> constructorArguments() {
      var arguments = new LinkedHashMap<String, String>();
      arguments.put("n_hidden", Integer.toString(hidden));
      arguments.put("n_latent", Integer.toString(latent));
      arguments.put("n_layers", Integer.toString(layers));
      arguments.put("dropout_rate", Double.toString(dropout));
      arguments.put("dispersion", Arguments.spelled(dispersion));
      arguments.put("gene_likelihood", Arguments.spelled(likelihood));
      arguments.put("use_observed_lib_size", Boolean.toString(observedLibrary));
      arguments.put("latent_distribution", Arguments.spelled(latentDistribution));
      return arguments;
    }

    FcLayers.Make encoder() {
      return new FcLayers.Make(
          layers, hidden, dropout, batchNorm.encoder(), layerNorm.encoder(), deeplyInject);
    }

    FcLayers.Make decoder() {
      return new FcLayers.Make(
          layers, hidden, 0, batchNorm.decoder(), layerNorm.decoder(), deeplyInject);
    }
  }

  private final Config config;
  private final boolean sizeFactor;
  private final boolean latentLibrary;
  private final @Nullable NDArray pxR;
  private final @Nullable NDArray libraryMeans;
  private final @Nullable NDArray libraryVariances;
  private final @Nullable NDArray batchEmbedding;
  private final OneHot batchHot;
  private final OneHot labelHot;
  private final boolean batchInjected;
  private final List<@Nullable OneHot> categoricalHots;
  private final Encoder zEncoder;
  private final Encoder lEncoder;
  private final DecoderScvi decoder;

  public Scvi(Config config, Summary data, Weights weights) {
    this.config = config;
    sizeFactor = data.sizeFactor();
    latentLibrary = !config.observedLibrary && !sizeFactor;
    boolean embedded = config.batchRepresentation == BatchRepresentation.EMBEDDING;
    int batches = data.batch().size();

    pxR = dispersion(weights, data);
    var perBatch = new Shape(1, batches);
    var batchColumns = data.batch().blocks(1, 0);
    libraryMeans =
        latentLibrary
            ? weights.fixed("library_log_means", perBatch, Init.ZEROS, batchColumns)
            : null;
    libraryVariances =
        latentLibrary ? weights.fixed("library_log_vars", perBatch, Init.ONES, batchColumns) : null;
    batchEmbedding =
        embedded
            ? weights
                .at("_embeddings_dict")
                .at("batch")
                .parameter(
                    "weight",
                    new Shape(batches, config.embedding),
                    Init.NORMAL,
                    data.batch().blocks(0, 0))
            : null;

    var injected = new ArrayList<Covariate>();
    batchInjected = !embedded && data.batch().width() > 0;
    if (batchInjected) {
      injected.add(data.batch());
    }
    injected.addAll(data.categorical());
    batchHot = OneHot.of(weights, batches);
    labelHot = OneHot.of(weights, data.labels().size());
    var hots = new ArrayList<@Nullable OneHot>();
    for (var covariate : data.categorical()) {
      hots.add(covariate.width() > 0 ? OneHot.of(weights, covariate.size()) : null);
    }
    categoricalHots = hots;

    int beside = data.continuous() + (embedded ? config.embedding : 0);
    int encoderIn = data.genes() + (config.encodeCovariates ? beside : 0);
    List<Covariate> encoded = config.encodeCovariates ? injected : List.of();
    zEncoder =
        Encoder.of(weights.at("z_encoder"), encoderIn, config.latent, encoded, config.encoder());
    lEncoder =
        Encoder.of(
            weights.at("l_encoder").deadIf(!latentLibrary),
            encoderIn,
            1,
            encoded,
            config.encoder().withLayers(1));
    decoder =
        DecoderScvi.of(
            weights.at("decoder"),
            config.latent + beside,
            data.genes(),
            injected,
            config.decoder(),
            new DecoderScvi.Heads(
                readsTheta() && config.dispersion == Dispersion.GENE_CELL,
                config.likelihood == Likelihood.ZINB,
                sizeFactor));
  }

  @Override
  public int latent() {
    return config.latent;
  }

  @Override
  public Posterior inference(Batch cells, Pass pass) {
    var x = encoderInput(cells);
    var hots = encoderHots(cells);
    var q = zEncoder.apply(x, hots, pass);
    var z = transformed(q.sample(pass.noise()));
    if (latentLibrary) {
      var library = lEncoder.apply(x, hots, pass);
      return new Posterior(q, z, library, library.sample(pass.noise()));
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
    var h = decoder.hidden(beside(posterior.z(), cells), hots(cells), pass);
    var scale = decoder.scale(h);
    var rate = posterior.logLibrary().exp().mul(scale);
    Distribution counts =
        switch (config.likelihood) {
          case ZINB ->
              new ZeroInflatedNegativeBinomial(rate, theta(cells, h), decoder.dropout().apply(h));
          case NB -> new NegativeBinomial(rate, theta(cells, h));
          case POISSON -> new Poisson(rate);
          case NORMAL -> Normal.ofScale(rate, theta(cells, h));
        };
    return new Generated(counts, scale, rate);
  }

  @Override
  public Loss loss(
      Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass) {
    return loss(cells, posterior, generated.counts().surprise(cells.counts()), klWeight);
  }

  @Override
  public Loss loss(Batch cells, float klWeight, Pass pass) {
    var posterior = inference(cells, pass);
    return loss(cells, posterior, reconstruction(cells, posterior, pass), klWeight);
  }

  private Loss loss(Batch cells, Posterior posterior, NDArray reconstruction, float klWeight) {
    var klZ = Kl.fromStandard(posterior.latent()).sum(new int[] {-1});
    var parts = new LinkedHashMap<String, NDArray>();
    parts.put("kl_divergence_z", klZ);
    var total = reconstruction.add(Scaled.by(klZ, klWeight));
    var klLibrary = klLibrary(cells, posterior);
    if (klLibrary != null) {
      parts.put("kl_divergence_l", klLibrary);
      total = total.add(klLibrary);
    }
    return new Loss(total.mean(), reconstruction, parts);
  }

  /// Minus the log-likelihood of each cell, (cells). In one go where the pass takes gradients from
  /// it and the likelihood is the usual one: dispersion by gene, expression that sums to one.
  NDArray reconstruction(Batch cells, Posterior posterior, Pass pass) {
    var gradients = pass.gradients();
    boolean inflated = config.likelihood == Likelihood.ZINB;
    if (gradients == null
        || pxR == null
        || config.dispersion != Dispersion.GENE
        || !(inflated || config.likelihood == Likelihood.NB)
        || sizeFactor
        || !Compute.vectors()) {
      return generative(cells, posterior, pass).counts().surprise(cells.counts());
    }
    var hidden = decoder.hidden(beside(posterior.z(), cells), hots(cells), pass);
    return new FusedCounts(decoder.scale(), inflated ? decoder.dropout() : null, pxR, gradients)
        .surprise(hidden, cells.counts(), posterior.logLibrary(), posterior.library() != null);
  }

  /// Divergence of the library size from its batch's prior, (cells); null when it is observed.
  @Nullable NDArray klLibrary(Batch cells, Posterior posterior) {
    var prior = libraryPrior(cells);
    return posterior.library() == null || prior == null
        ? null
        : Kl.between(posterior.library(), prior).sum(new int[] {-1});
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
  Normal encode(Batch cells, Pass pass) {
    return zEncoder.apply(encoderInput(cells), encoderHots(cells), pass);
  }

  private NDArray encoderInput(Batch cells) {
    var x = config.logVariational ? cells.counts().add(1f).log() : cells.counts();
    return config.encodeCovariates ? beside(x, cells) : x;
  }

  private List<NDArray> encoderHots(Batch cells) {
    return config.encodeCovariates ? hots(cells) : List.of();
  }

  private boolean readsTheta() {
    return config.likelihood != Likelihood.POISSON;
  }

  private @Nullable NDArray dispersion(Weights weights, Summary data) {
    int genes = data.genes();
    var scope = weights.deadIf(!readsTheta());
    return switch (config.dispersion) {
      case GENE -> scope.parameter("px_r", new Shape(genes), Init.NORMAL);
      case GENE_BATCH ->
          scope.parameter(
              "px_r",
              new Shape(genes, data.batch().size()),
              Init.NORMAL,
              data.batch().blocks(1, 0));
      case GENE_LABEL ->
          scope.parameter(
              "px_r",
              new Shape(genes, data.labels().size()),
              Init.NORMAL,
              data.labels().blocks(1, 0));
      case GENE_CELL -> null;
    };
  }

  private NDArray theta(Batch cells, NDArray h) {
    if (pxR == null) {
      return decoder.r().apply(h).exp();
    }
    return switch (config.dispersion) {
      case GENE_BATCH -> batchHot.apply(cells.batch()).matMul(pxR.transpose()).exp();
      case GENE_LABEL -> labelHot.apply(cells.labels()).matMul(pxR.transpose()).exp();
      case GENE, GENE_CELL -> pxR.exp();
    };
  }

  private NDArray transformed(NDArray y) {
    return switch (config.latentDistribution) {
      case NORMAL -> y;
      case LN -> y.softmax(-1);
    };
  }

  /// The input with continuous covariates and the batch's vector beside it.
  private NDArray beside(NDArray x, Batch cells) {
    var more = new NDList();
    if (cells.continuous() != null) {
      more.add(cells.continuous());
    }
    if (batchEmbedding != null) {
      more.add(batchHot.apply(cells.batch()).matMul(batchEmbedding));
    }
    return more.isEmpty() ? x : x.getNDArrayInternal().concat(more, -1);
  }

  private List<NDArray> hots(Batch cells) {
    var hots = new ArrayList<NDArray>();
    if (batchInjected) {
      hots.add(batchHot.apply(cells.batch()));
    }
    for (int i = 0; i < categoricalHots.size(); i++) {
      var hot = categoricalHots.get(i);
      if (hot != null) {
        hots.add(hot.apply(cells.categorical().get(i)));
      }
    }
    return hots;
  }
}
