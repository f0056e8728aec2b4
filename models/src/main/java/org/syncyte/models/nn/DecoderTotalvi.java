package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;

/// From latent space to the parameters of the counts of genes and of surface proteins.
///
///     h_g, h_b, h_f, h_m = layers([u, covariates])     of genes, background, foreground, mixing
///     head = W [h, u, covariates] + b
///
/// u is the latent state with continuous covariates beside it. Forced zeros of genes are read from
/// the layer of mixing, as published.
public record DecoderTotalvi(
    FcLayers genes,
    Linear scale,
    FcLayers background,
    Linear backgroundMean,
    Linear backgroundScale,
    FcLayers foreground,
    Linear foregroundScale,
    FcLayers mixed,
    Linear dropout,
    Linear mixing) {
  /// @param in width of u
  /// @param inflated whether forced zeros are read
  public static DecoderTotalvi of(
      Weights weights,
      int in,
      int genes,
      int proteins,
      List<Covariate> injected,
      FcLayers.Make make,
      boolean inflated) {
    int wide = make.hidden() + in;
    return new DecoderTotalvi(
        layers(weights.at("px_decoder"), in, injected, make),
        head(weights.at("px_scale_decoder"), wide, genes, injected),
        layers(weights.at("py_back_decoder"), in, injected, make),
        head(weights.at("py_back_mean_log_alpha"), wide, proteins, injected),
        head(weights.at("py_back_mean_log_beta"), wide, proteins, injected),
        layers(weights.at("py_fore_decoder"), in, injected, make),
        head(weights.at("py_fore_scale_decoder"), wide, proteins, injected),
        layers(weights.at("sigmoid_decoder"), in, injected, make),
        head(weights.at("px_dropout_decoder_gene").deadIf(!inflated), wide, genes, injected),
        head(weights.at("py_background_decoder"), wide, proteins, injected));
  }

  private static FcLayers layers(
      Weights weights, int in, List<Covariate> injected, FcLayers.Make make) {
    return FcLayers.of(weights, in, make.hidden(), injected, make);
  }

  private static Linear head(Weights weights, int in, int out, List<Covariate> injected) {
    var blocks = new ArrayList<CategoryBlock>();
    int offset = in;
    for (var covariate : injected) {
      if (covariate.width() > 0) {
        blocks.addAll(covariate.blocks(1, offset));
        offset += covariate.width();
      }
    }
    return Linear.of(weights.at("fc_layers").at("Layer 0").at("0"), offset, out, blocks);
  }

  /// What a head reads: one of the four hidden layers, with what the layer itself read.
  public static NDArray hidden(FcLayers layers, NDArray u, List<NDArray> hots, Pass pass) {
    var beside = new NDList(u);
    beside.addAll(hots);
    return layers.apply(u, hots, pass).getNDArrayInternal().concat(beside, -1);
  }
}
