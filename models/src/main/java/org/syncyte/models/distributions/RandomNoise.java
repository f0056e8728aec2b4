package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;
import java.util.random.RandomGenerator;

/// Noise drawn on the JVM: the same for every number of engine threads, and apart from what other
/// trainings in the process draw.
public record RandomNoise(RandomGenerator random) implements Noise {
  @Override
  public NDArray normal(NDArray like) {
    var values = new float[Math.toIntExact(like.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return like.getManager().create(values, like.getShape());
  }

  @Override
  public NDArray keep(NDArray like, double rate) {
    var values = new float[Math.toIntExact(like.size())];
    float kept = (float) (1 / (1 - rate));
    int threshold = (int) Math.round(rate * 0x10000);
    for (int i = 0; i < values.length; i += 4) {
      long bits = random.nextLong();
      for (int k = i; k < Math.min(i + 4, values.length); k++, bits >>>= 16) {
        values[k] = (bits & 0xffff) < threshold ? 0 : kept;
      }
    }
    return like.getManager().create(values, like.getShape());
  }
}
