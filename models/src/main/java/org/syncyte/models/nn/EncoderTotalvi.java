package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.syncyte.models.distributions.Normal;

/// From genes and proteins to the latent state and to the log library size of genes: two encoders,
/// the second of one layer.
public record EncoderTotalvi(Encoder latent, Encoder library) {
  /// @param libraryRead whether the library size is inferred
  public static EncoderTotalvi of(
      Weights weights,
      int in,
      int latent,
      List<Covariate> covariates,
      FcLayers.Make make,
      boolean libraryRead) {
    int hidden = make.hidden();
    var z =
        new Encoder(
            FcLayers.of(weights.at("encoder"), in, hidden, covariates, make),
            Linear.of(weights.at("z_mean_encoder"), hidden, latent),
            Linear.of(weights.at("z_var_encoder"), hidden, latent));
    var l = weights.deadIf(!libraryRead);
    return new EncoderTotalvi(
        z,
        new Encoder(
            FcLayers.of(l.at("l_gene_encoder"), in, hidden, covariates, make.withLayers(1)),
            Linear.of(l.at("l_gene_mean_encoder"), hidden, 1),
            Linear.of(l.at("l_gene_var_encoder"), hidden, 1)));
  }

  /// The posterior of the latent state.
  public Normal latent(NDArray x, List<NDArray> hots, Pass pass) {
    return latent.apply(x, hots, pass);
  }

  /// The posterior of the log library size.
  public Normal library(NDArray x, List<NDArray> hots, Pass pass) {
    return library.apply(x, hots, pass);
  }
}
