package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.syncyte.models.distributions.Normal;

/// A network that answers with a normal distribution: mean, and variance `exp(·)` without a floor.
public record Decoder(FcLayers decoder, Linear mean, Linear variance) {
  public static Decoder of(
      Weights weights, int in, int out, List<Covariate> covariates, FcLayers.Make make) {
    return new Decoder(
        FcLayers.of(weights.at("decoder"), in, make.hidden(), covariates, make),
        Linear.of(weights.at("mean_decoder"), make.hidden(), out),
        Linear.of(weights.at("var_decoder"), make.hidden(), out));
  }

  public Normal apply(NDArray x, List<NDArray> hots, Pass pass) {
    var h = decoder.apply(x, hots, pass);
    return new Normal(mean.apply(h), variance.apply(h).exp());
  }
}
