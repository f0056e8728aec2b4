package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/// From latent space to the parameters of counts.
///
///     h = layers([z, covariates])
///     scale = softmax(W h) over genes, or softplus when cells carry their own size factor
///     rate = exp(library) · scale
///
/// All heads are in every file; the use of a head decides whether it is alive.
public record DecoderScvi(
    FcLayers decoder, Linear scale, Linear r, Linear dropout, boolean softplus) {
  /// Which heads the likelihood reads.
  public record Heads(boolean perCellDispersion, boolean dropout, boolean softplusScale) {}

  public static DecoderScvi of(
      Weights weights,
      int in,
      int genes,
      List<Covariate> covariates,
      FcLayers.Make make,
      Heads heads) {
    return new DecoderScvi(
        FcLayers.of(weights.at("px_decoder"), in, make.hidden(), covariates, make),
        Linear.of(weights.at("px_scale_decoder").at("0"), make.hidden(), genes),
        Linear.of(
            weights.at("px_r_decoder").deadIf(!heads.perCellDispersion()), make.hidden(), genes),
        Linear.of(weights.at("px_dropout_decoder").deadIf(!heads.dropout()), make.hidden(), genes),
        heads.softplusScale());
  }

  /// The hidden layer, (cells, hidden).
  public NDArray hidden(NDArray z, List<NDArray> hots, Pass pass) {
    return decoder.apply(z, hots, pass);
  }

  /// Normalised expression, (cells, genes).
  public NDArray scale(NDArray hidden) {
    var logits = scale.apply(hidden);
    return softplus ? logits.getNDArrayInternal().softPlus() : logits.softmax(-1);
  }
}
