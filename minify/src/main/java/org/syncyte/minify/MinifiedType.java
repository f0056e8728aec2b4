package org.syncyte.minify;

import java.util.Arrays;

/// What a minified data set still holds.
public enum MinifiedType {
  /// Posterior parameters only: the counts are gone.
  LATENT_POSTERIOR_PARAMETERS("latent_posterior_parameters"),
  /// Posterior parameters beside the counts.
  LATENT_POSTERIOR_PARAMETERS_WITH_COUNTS("latent_posterior_parameters_with_counts");

  private final String key;

  MinifiedType(String key) {
    this.key = key;
  }

  /// The name in files.
  public String key() {
    return key;
  }

  public boolean keepsCounts() {
    return this == LATENT_POSTERIOR_PARAMETERS_WITH_COUNTS;
  }

  /// @throws IllegalArgumentException if there is no such kind
  public static MinifiedType of(String key) {
    for (var type : values()) {
      if (type.key.equals(key)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no kind of minification; known are %s"
            .formatted(key, Arrays.stream(values()).map(MinifiedType::key).toList()));
  }
}
