package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.syncyte.models.distributions.Normal;

/// A network that answers with a normal distribution: mean, and variance `exp(·) + 1e-4`.
public record Encoder(FcLayers encoder, Linear mean, Linear variance) {
  private static final float VARIANCE_FLOOR = 1e-4f;

  public static Encoder of(
      Weights weights, int in, int out, List<Covariate> covariates, FcLayers.Make make) {
    return new Encoder(
        FcLayers.of(weights.at("encoder"), in, make.hidden(), covariates, make),
        Linear.of(weights.at("mean_encoder"), make.hidden(), out),
        Linear.of(weights.at("var_encoder"), make.hidden(), out));
  }

  public Normal apply(NDArray x, List<NDArray> hots, Pass pass) {
    var h = encoder.apply(x, hots, pass);
    return new Normal(mean.apply(h), variance.apply(h).exp().add(VARIANCE_FLOOR));
  }
}
