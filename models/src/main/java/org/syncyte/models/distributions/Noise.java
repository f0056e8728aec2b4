package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Where chance comes from. Fixed noise makes golden tests and exports exact.
public interface Noise {
  /// Independent standard normal values, shaped as `like`.
  NDArray normal(NDArray like);

  /// Zero with probability `rate`, else `1 / (1 - rate)`, shaped as `like`.
  NDArray keep(NDArray like, double rate);

  /// No noise: every sample is the mean, nothing is dropped.
  Noise NONE =
      new Noise() {
        @Override
        public NDArray normal(NDArray like) {
          return Scaled.by(like, 0f);
        }

        @Override
        public NDArray keep(NDArray like, double rate) {
          return Scaled.by(like, 0f).add(1f);
        }
      };
}
