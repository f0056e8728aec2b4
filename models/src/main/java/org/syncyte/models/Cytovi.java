package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.fields.Markers;
import org.syncyte.models.distributions.Beta;
import org.syncyte.models.distributions.Distribution;
import org.syncyte.models.distributions.Kl;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.NormalMixture;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.CategoryBlock;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.nn.Encoder;
import org.syncyte.models.nn.FcLayers;
import org.syncyte.models.nn.Init;
import org.syncyte.models.nn.Linear;
import org.syncyte.models.nn.OneHot;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Weights;

/// CytoVI, a variational auto-encoder of protein markers: flow and mass cytometry, CITE-seq.
///
///     z ~ Σ_k softmax(w + 10 onehot(y))_k Normal(μ_k, s_k)    or Normal(0, I); "ln": z = softmax(z)
///     h = f(z, batch, covariates)
///     x ~ Normal(W₁h, softplus(W₂h) + ε)                      per marker, values already transformed
///       | Beta(softplus(W₁h) + ε, softplus(W₂h) + ε)          values between 0 and 1
///
/// The term of the label y is there only when cells carry more than one; the mixture then has one
/// component for each.
///
/// Panels of several batches need not agree. The encoder reads the markers that all cells have (the
/// backbone), the decoder tells all of them; a marker that was not measured has no part in the loss,
/// and is thereby imputed. Per cell, with M = 1 where a value was measured,
///
///     reconstruction = -Σ_g M_g log p(x_g | z)
///     KL             = mean over 10 samples of q(z | x) of log q(z | x) - log p(z)
///     loss           = reconstruction + w KL
///
/// There is no closed form for the divergence from a mixture, hence the samples; from the standard
/// prior it is exact. A missing value stands as 0.5 where log p is evaluated: the weight of 0 makes
/// it irrelevant, but the stored filler, 0, is not a possible value of a Beta distribution.
///
/// Ingelfinger et al., bioRxiv 2025.
public final class Cytovi implements Model {
  private static final int PRIOR_SAMPLES = 10;
  private static final float SCALE_FLOOR = 1e-4f;

  public enum Likelihood {
    NORMAL,
    BETA
  }

  /// What becomes of the decoder's first parameter.
  public enum ScaleActivation {
    NONE,
    SOFTPLUS
  }

  /// @param latent width of the latent space; 0 takes half the encoded markers, 10 to 20
  /// @param components of the prior; 0 takes as many as the latent space is wide
  /// @param encoded markers that the encoder reads; empty means all
  /// @param floor added to standard deviations and concentrations
  public record Config(
      int hidden,
      int latent,
      int layers,
      double dropout,
      Likelihood likelihood,
      Scvi.LatentDistribution latentDistribution,
      List<String> encoded,
      boolean mixture,
      int components,
      boolean logVariational,
      boolean encodeCovariates,
      boolean deeplyInject,
      Scvi.Sides batchNorm,
      Scvi.Sides layerNorm,
      ScaleActivation scaleActivation,
      double labelWeight,
      double floor) {
    static final String ENCODED = "encoder_marker_list";

    public Config {
      encoded = List.copyOf(encoded);
    }

    /// From arguments by their published names.
    ///
    /// @throws IllegalArgumentException naming the argument, its value and the rule
    public static Config of(Map<String, String> arguments) {
      var a = new Arguments("CYTOVI", arguments);
      var config =
          new Config(
              a.integer("n_hidden", 128, 1),
              a.integer("n_latent", 0, 0),
              a.integer("n_layers", 1, 1),
              a.number("dropout_rate", 0.1, 0, 1),
              a.choice("protein_likelihood", Likelihood.NORMAL),
              a.choice("latent_distribution", Scvi.LatentDistribution.NORMAL),
              a.names(ENCODED),
              a.flag("prior_mixture", true),
              a.integer("prior_mixture_k", 0, 0),
              a.flag("log_variational", false),
              a.flag("encode_covariates", false),
              a.flag("deeply_inject_covariates", true),
              a.choice("use_batch_norm", Scvi.Sides.BOTH),
              a.choice("use_layer_norm", Scvi.Sides.NONE),
              a.choice("scale_activation", ScaleActivation.NONE),
              a.number("prior_label_weight", 10, 0, Double.POSITIVE_INFINITY),
              a.number(SavedArguments.DECODER_FLOOR, 1e-6, 0, 1));
      a.onlyDefault("encode_backbone_only", "None", "True", "true");
      a.onlyDefault("var_activation", "None", "exp");
      a.onlyDefault("extra_encoder_kwargs", "None", "{}");
      a.onlyDefault("extra_decoder_kwargs", "None", "{}");
      a.refuseUnread();
      return config;
    }

    Map<String, String> constructorArguments() {
      var arguments = new LinkedHashMap<String, String>();
      arguments.put("n_hidden", Integer.toString(hidden));
      arguments.put("n_latent", Integer.toString(latent));
      arguments.put("n_layers", Integer.toString(layers));
      arguments.put("dropout_rate", Double.toString(dropout));
      arguments.put("protein_likelihood", Arguments.spelled(likelihood));
      arguments.put("latent_distribution", Arguments.spelled(latentDistribution));
      if (!encoded.isEmpty()) {
        arguments.put(ENCODED, String.join(",", encoded));
      }
      arguments.put("prior_mixture", Boolean.toString(mixture));
      if (components > 0) {
        arguments.put("prior_mixture_k", Integer.toString(components));
      }
      return arguments;
    }

    /// The width of the latent space for so many encoded markers.
    int latent(int markers) {
      return latent > 0 ? latent : (int) Math.max(10, Math.min(20, Math.rint(markers / 2.0)));
    }

    private FcLayers.Make encoder() {
      return new FcLayers.Make(
          layers, hidden, dropout, batchNorm.encoder(), layerNorm.encoder(), deeplyInject);
    }

    private FcLayers.Make decoder() {
      return new FcLayers.Make(
          layers, hidden, 0, batchNorm.decoder(), layerNorm.decoder(), deeplyInject);
    }
  }

  /// The arguments with what the data decide filled in, so that a saved model does not depend on
  /// the data that it is loaded with: the encoded markers of a masked panel, and the latent width.
  ///
  /// @throws IllegalArgumentException if a marker to encode is not of the backbone
  static Map<String, String> settled(Map<String, String> arguments, Markers known, int markers) {
    var config = Config.of(arguments);
    var encoded = config.encoded;
    if (known.masked()) {
      var beyond = new ArrayList<>(encoded);
      beyond.removeAll(known.backbone());
      if (!beyond.isEmpty()) {
        throw new IllegalArgumentException(
            "CYTOVI: argument %s names %s, not measured in every cell; choose from %s"
                .formatted(Config.ENCODED, beyond, known.backbone()));
      }
      boolean all = "true".equalsIgnoreCase(arguments.get("encode_backbone_only"));
      encoded = encoded.isEmpty() || all ? known.backbone() : encoded;
    }
    var settled = new LinkedHashMap<>(arguments);
    if (!encoded.isEmpty()) {
      for (var name : encoded) {
        if (name.contains(",")) {
          throw new IllegalArgumentException(
              "marker '%s' has a comma in its name, which separates markers; rename it"
                  .formatted(name));
        }
      }
      settled.put(Config.ENCODED, String.join(",", encoded));
    }
    settled.put(
        "n_latent", Integer.toString(config.latent(encoded.isEmpty() ? markers : encoded.size())));
    return settled;
  }

  private final Config config;
  private final int latent;
  private final @Nullable NDArray selection;
  private final @Nullable NDArray priorMeans;
  private final @Nullable NDArray priorLogScales;
  private final @Nullable NDArray priorLogits;
  private final @Nullable OneHot labelHot;
  private final List<@Nullable OneHot> hots;
  private final Encoder encoder;
  private final FcLayers decoder;
  private final Linear param1;
  private final Linear param2;

  /// @param data with the names of its markers
  public Cytovi(Config config, Summary data, Weights weights) {
    this.config = config;
    var encoded = positions(config.encoded, data.markers());
    int width = encoded.length == 0 ? data.genes() : encoded.length;
    latent = config.latent(width);
    selection = encoded.length == 0 ? null : selection(encoded, data.genes(), weights);

    int labels = data.labels().size();
    boolean labelled = config.mixture && labels > 1;
    labelHot = labelled ? OneHot.of(weights, labels) : null;
    if (config.mixture) {
      int k = labelled ? labels : config.components > 0 ? config.components : latent;
      var shape = new Shape(k, latent);
      var blocks = labelled ? data.labels().blocks(0, 0) : List.<CategoryBlock>of();
      priorMeans =
          weights.parameter("prior_means", shape, labelled ? Init.ZEROS : Init.NORMAL, blocks);
      priorLogScales = weights.parameter("prior_log_scales", shape, Init.ZEROS, blocks);
      priorLogits = weights.parameter("prior_logits", new Shape(k), Init.ZEROS, blocks);
    } else {
      priorMeans = null;
      priorLogScales = null;
      priorLogits = null;
    }

    var injected = new ArrayList<Covariate>();
    injected.add(data.batch());
    injected.addAll(data.categorical());
    var known = new ArrayList<@Nullable OneHot>();
    for (var covariate : injected) {
      known.add(covariate.width() > 0 ? OneHot.of(weights, covariate.size()) : null);
    }
    hots = known;
    int beside = data.continuous();
    encoder =
        Encoder.of(
            weights.at("z_encoder"),
            width + (config.encodeCovariates ? beside : 0),
            latent,
            config.encodeCovariates ? injected : List.of(),
            config.encoder());
    var scope = weights.at("decoder");
    decoder =
        FcLayers.of(
            scope.at("px_decoder"), latent + beside, config.hidden, injected, config.decoder());
    var first = scope.at("px_param1_decoder");
    boolean plain = config.scaleActivation == ScaleActivation.NONE;
    param1 = Linear.of(plain ? first : first.at("0"), config.hidden, data.genes());
    param2 = Linear.of(scope.at("px_param2_decoder"), config.hidden, data.genes());
  }

  @Override
  public int latent() {
    return latent;
  }

  public Likelihood likelihood() {
    return config.likelihood;
  }

  @Override
  public Posterior inference(Batch cells, Pass pass) {
    return posterior(encode(cells, pass), pass);
  }

  /// There is no library; what is given of it has no effect.
  @Override
  public Posterior cached(Normal stored, NDArray logLibrary, Pass pass) {
    return posterior(stored, pass);
  }

  /// The posterior in latent space alone.
  Normal encode(Batch cells, Pass pass) {
    var x = selection == null ? cells.counts() : cells.counts().matMul(selection);
    if (config.logVariational) {
      x = x.add(1f).log();
    }
    return config.encodeCovariates
        ? encoder.apply(beside(x, cells), hots(cells), pass)
        : encoder.apply(x, List.of(), pass);
  }

  @Override
  public Generated generative(Batch cells, Posterior posterior, Pass pass) {
    var h = decoder.apply(beside(posterior.z(), cells), hots(cells), pass);
    float floor = (float) config.floor;
    var first = param1.apply(h);
    if (config.scaleActivation == ScaleActivation.SOFTPLUS) {
      first = softplus(first);
    }
    var second = softplus(param2.apply(h)).add(floor);
    Distribution values =
        switch (config.likelihood) {
          case NORMAL -> Normal.ofScale(first, second);
          case BETA -> new Beta(softplus(first).add(floor), second);
        };
    return new Generated(values, values.mean(), values.mean());
  }

  @Override
  public Loss loss(
      Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass) {
    var reconstruction = logLikelihood(cells, generated).neg();
    var kl = divergence(cells, posterior.latent(), pass);
    return new Loss(
        reconstruction.add(Scaled.by(kl, klWeight)).mean(),
        reconstruction,
        Map.of("kl_divergence_z", kl));
  }

  @Override
  public NDArray logLikelihood(Batch cells, Generated generated) {
    int[] last = {-1};
    var measured = cells.measured();
    if (measured == null) {
      return generated.counts().logProbability(cells.counts()).sum(last);
    }
    var x = cells.counts().mul(measured).add(Scaled.by(measured, -0.5f).add(0.5f));
    return generated.counts().logProbability(x).mul(measured).sum(last);
  }

  /// Also of many places of each cell, (..., cells, latent).
  @Override
  public NDArray logPrior(Batch cells, NDArray z) {
    if (priorMeans == null || priorLogScales == null || priorLogits == null) {
      return Model.super.logPrior(cells, z);
    }
    var logits = priorLogits.expandDims(0);
    if (labelHot != null) {
      logits = logits.add(Scaled.by(labelHot.apply(cells.labels()), (float) config.labelWeight));
    }
    return new NormalMixture(priorMeans, priorLogScales.exp().add(SCALE_FLOOR))
        .logProbability(z, logits);
  }

  private NDArray divergence(Batch cells, Normal q, Pass pass) {
    int[] last = {-1};
    if (!config.mixture) {
      return Kl.fromStandard(q).sum(last);
    }
    long[] times = {PRIOR_SAMPLES, 1, 1};
    var many =
        new Normal(q.mean().expandDims(0).tile(times), q.variance().expandDims(0).tile(times));
    var z = many.sample(pass.noise());
    return many.logProbability(z).sum(last).sub(logPrior(cells, z)).mean(new int[] {0});
  }

  private Posterior posterior(Normal q, Pass pass) {
    var y = q.sample(pass.noise());
    var z =
        switch (config.latentDistribution) {
          case NORMAL -> y;
          case LN -> y.softmax(-1);
        };
    return new Posterior(q, z, null, Scaled.by(y.sum(new int[] {-1}, true), 0f));
  }

  private NDArray beside(NDArray x, Batch cells) {
    return cells.continuous() == null
        ? x
        : x.getNDArrayInternal().concat(new NDList(cells.continuous()), -1);
  }

  private List<NDArray> hots(Batch cells) {
    var columns = new ArrayList<NDArray>();
    for (int i = 0; i < hots.size(); i++) {
      var hot = hots.get(i);
      if (hot != null) {
        columns.add(hot.apply(i == 0 ? cells.batch() : cells.categorical().get(i - 1)));
      }
    }
    return columns;
  }

  private static NDArray softplus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }

  /// Columns of the encoded markers as a product: (markers, encoded), one 1 per column.
  private static NDArray selection(int[] encoded, int markers, Weights weights) {
    var ones = new long[Math.multiplyExact(markers, encoded.length)];
    for (int i = 0; i < encoded.length; i++) {
      ones[encoded[i] * encoded.length + i] = 1;
    }
    return weights
        .constant(ones, new Shape(markers, encoded.length))
        .toType(DataType.FLOAT32, false);
  }

  private static int[] positions(List<String> encoded, List<String> markers) {
    for (var name : encoded) {
      if (!markers.contains(name)) {
        throw new IllegalArgumentException(
            "CYTOVI: argument %s names '%s', which is no marker of the data; they have %s"
                .formatted(Config.ENCODED, name, markers));
      }
    }
    return IntStream.range(0, markers.size())
        .filter(g -> encoded.contains(markers.get(g)))
        .toArray();
  }
}
