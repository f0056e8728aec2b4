package org.syncyte.models.nn;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What of a reference model stays as it is while it learns a query.
///
/// Tensors are told by their published names. Outside of the free modules (`l_encoder`, and the
/// classifier if it is not frozen) only these move:
///
///     fc_layers, linear weights     their one-hot columns alone; biases stay
///     ... of the first layer        whole, in encoders with `expression` off, in px_decoder with
///                                   `decoderFirstLayer` off
///     fc_layers, batch norm         weight and bias, where batch norm is not frozen
///     embeddings, protein background
///
/// All one-hot columns move, but those of batches that the query lacks see no cell, so they keep
/// their values. The networks of the label hierarchy keep all linear weights. Heads, dispersions
/// and priors stay. A batch norm that is frozen still standardises over the minibatch in training;
/// its running values stay.
///
/// Published behaviour leaves the batch norm of a frozen classifier trainable, an accident of
/// names. Here a frozen classifier is frozen; `asPublished` brings the accident back, and appends
/// new one-hot columns at the end even where covariates follow them.
///
/// Lotfollahi et al., Nature Biotechnology 40, 2022.
///
/// @param unfrozen train everything; the other choices then do not count
/// @param dropout no dropout outside of the free modules
public record Freezing(
    boolean unfrozen,
    boolean dropout,
    boolean expression,
    boolean decoderFirstLayer,
    boolean batchNormEncoder,
    boolean batchNormDecoder,
    boolean classifier,
    boolean asPublished) {
  public static final Freezing DEFAULT =
      new Freezing(false, false, true, true, true, false, true, false);

  /// Everything trains, as in a model that begins on its own.
  public static final Freezing NONE =
      new Freezing(true, false, false, false, false, false, false, false);

  private static final Pattern LINEAR =
      Pattern.compile("(?<module>.*)\\.fc_layers\\.Layer (?<layer>\\d+)\\.0\\.(weight|bias)");
  private static final Set<String> HIERARCHY = Set.of("encoder_z2_z1", "decoder_z1_z2");
  private static final Set<String> BACKGROUND =
      Set.of("background_pro_alpha", "background_pro_log_beta");
  private static final String CLASSIFIER = "classifier";

  /// Whether the optimiser may move a parameter, or some of its values.
  public boolean trains(String name) {
    if (unfrozen || free(name)) {
      return true;
    }
    if (module(name).equals(CLASSIFIER) && !asPublished) {
      return false;
    }
    if (BACKGROUND.contains(name) || name.startsWith("_embeddings_dict.")) {
      return true;
    }
    if (!name.contains("fc_layers")) {
      return false;
    }
    // The published rule asks for ".0." anywhere, which also holds of what follows "classifier.0".
    boolean linear = asPublished ? name.contains(".0.") : LINEAR.matcher(name).matches();
    boolean norm = name.contains(".1.");
    return linear && !HIERARCHY.contains(module(name))
        || norm && name.contains("encoder") && !batchNormEncoder
        || norm && name.contains("decoder") && !batchNormDecoder;
  }

  /// Whether of a parameter only the one-hot columns move.
  public boolean masks(String name) {
    var linear = LINEAR.matcher(name);
    if (unfrozen || free(name) || !linear.matches()) {
      return false;
    }
    var stack = linear.group("module");
    boolean whole =
        linear.group("layer").equals("0")
            && (!expression && stack.contains("encoder")
                || !decoderFirstLayer && stack.contains("px_decoder"));
    return !whole;
  }

  /// Whether nothing of a tensor moves, given which of its slices belong to categories.
  public boolean stays(String name, List<CategoryBlock> blocks) {
    return !trains(name) || masks(name) && blocks.isEmpty();
  }

  /// Whether a batch norm keeps its running values in training.
  ///
  /// @param layer the name of its tensors without the last part
  public boolean keepsStatistics(String layer) {
    return !unfrozen
        && !free(layer)
        && (batchNormEncoder && layer.contains("encoder")
            || batchNormDecoder && layer.contains("decoder")
            || !asPublished && module(layer).equals(CLASSIFIER));
  }

  /// Whether layers of that name drop nothing.
  public boolean stopsDropout(String layers) {
    return !unfrozen && dropout && !free(layers);
  }

  private boolean free(String name) {
    var module = module(name);
    return module.equals("l_encoder") || !classifier && module.equals(CLASSIFIER);
  }

  private static String module(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
