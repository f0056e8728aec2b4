package org.syncyte.models.distributions;

import java.util.random.RandomGenerator;
import org.hipparchus.random.RandomDataGenerator;

/// Draws of gamma, Poisson and negative binomial variables on the JVM, the algorithms by Hipparchus.
/// For one thread.
public final class CountDraws {
  private static final double LARGEST_RATE = 1e8;

  private final RandomGenerator random;
  private final RandomDataGenerator draws;

  public CountDraws(RandomGenerator random) {
    this.random = random;
    draws = RandomDataGenerator.of(new Source(random));
  }

  /// Where the draws take their chance from.
  public RandomGenerator random() {
    return random;
  }

  /// Gamma of that shape and rate 1.
  public double gamma(double shape) {
    return shape > 0 ? draws.nextGamma(shape, 1) : 0;
  }

  public long poisson(double mean) {
    return mean > 0 ? draws.nextPoisson(Math.min(mean, LARGEST_RATE)) : 0;
  }

  /// A count of mean `mu` and inverse dispersion `theta`.
  public long negativeBinomial(double mu, double theta) {
    return poisson(rate(mu, theta));
  }

  /// The Poisson rate behind a count of mean `mu` and inverse dispersion `theta`.
  public double rate(double mu, double theta) {
    return mu > 0 && theta > 0 ? Math.min(gamma(theta) * mu / theta, LARGEST_RATE) : 0;
  }

  /// The JDK's generator as the library wants it.
  private record Source(RandomGenerator random)
      implements org.hipparchus.random.RandomGenerator {
    @Override
    public void setSeed(int seed) {
      throw seeded();
    }

    @Override
    public void setSeed(int[] seed) {
      throw seeded();
    }

    @Override
    public void setSeed(long seed) {
      throw seeded();
    }

    @Override
    public int nextInt() {
      return random.nextInt();
    }

    @Override
    public int nextInt(int bound) {
      return random.nextInt(bound);
    }

    @Override
    public long nextLong() {
      return random.nextLong();
    }

    @Override
    public long nextLong(long bound) {
      return random.nextLong(bound);
    }

    @Override
    public boolean nextBoolean() {
      return random.nextBoolean();
    }

    @Override
    public float nextFloat() {
      return random.nextFloat();
    }

    @Override
    public double nextDouble() {
      return random.nextDouble();
    }

    @Override
    public double nextGaussian() {
      return random.nextGaussian();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      random.nextBytes(bytes);
    }

    @Override
    public void nextBytes(byte[] bytes, int start, int length) {
      var some = new byte[length];
      random.nextBytes(some);
      System.arraycopy(some, 0, bytes, start, length);
    }

    private static UnsupportedOperationException seeded() {
      return new UnsupportedOperationException("the generator was seeded by whoever made it");
    }
  }
}
