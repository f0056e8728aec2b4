package org.syncyte.models.train;

import org.jspecify.annotations.Nullable;

/// How much labels count while training a model that learns them.
///
/// @param classificationRatio weight of the cross-entropy beside the evidence lower bound
/// @param samplesPerLabel labelled cells of each label that take part in an epoch, drawn anew each
///   time; null for all. Of a label with fewer cells all take part.
public record SemiSupervision(double classificationRatio, @Nullable Integer samplesPerLabel) {
  public static final SemiSupervision DEFAULT = new SemiSupervision(50, null);

  public SemiSupervision {
    if (!(classificationRatio >= 0) || Double.isInfinite(classificationRatio)) {
      throw new IllegalArgumentException(
          "classification ratio %s must be a number from 0".formatted(classificationRatio));
    }
    if (samplesPerLabel != null && samplesPerLabel < 1) {
      throw new IllegalArgumentException(
          "%d samples per label; at least 1, or none given for all".formatted(samplesPerLabel));
    }
  }
}
