package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Draws initial weights from a seed, on the JVM.
///
/// Each tensor has its own generator, seeded by the run's seed and the tensor's name; so a tensor's
/// start depends on (seed, name, shape) alone, never on the order of construction, the engine or
/// the machine. Two sites that agree on these hold identical bytes.
public record FreshWeights(NDManager manager, long seed) implements WeightSource {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATORS =
      RandomGeneratorFactory.of("L64X128MixRandom");

  @Override
  public NDArray tensor(String name, Shape shape, Init init, Role role) {
    if (role == Role.COUNTER) {
      return manager.create(new long[1], shape);
    }
    int size = Math.toIntExact(shape.size());
    return manager.create(init.draw(size, GENERATORS.create(seed ^ hash(name))), shape);
  }

  @Override
  public NDArray constant(long[] values, Shape shape) {
    return manager.create(values, shape);
  }

  /// FNV-1a over UTF-8.
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xff) * 0x100000001b3L;
    }
    return hash;
  }
}
