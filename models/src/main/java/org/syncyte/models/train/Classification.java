package org.syncyte.models.train;

/// How well the labels of some cells were told.
///
/// @param loss mean cross-entropy
/// @param accuracy share of cells told right; the micro-averaged F1 score is the same number
/// @param calibrationError mean distance of confidence and accuracy over 15 bins of confidence
record Classification(double loss, double accuracy, double calibrationError) {
  private static final int BINS = 15;

  /// @param probabilities (cells, classes), row by row
  static Classification of(double loss, float[] probabilities, int[] labels) {
    int classes = probabilities.length / labels.length;
    var cells = new int[BINS];
    var right = new double[BINS];
    var confidence = new double[BINS];
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (probabilities[i * classes + k] > probabilities[i * classes + best]) {
          best = k;
        }
      }
      double share = probabilities[i * classes + best];
      int bin = (int) Math.max(0, Math.min(BINS - 1, Math.floor(share * BINS)));
      cells[bin]++;
      confidence[bin] += share;
      if (best == labels[i]) {
        right[bin]++;
        correct++;
      }
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(right[bin] - confidence[bin]);
    }
    return new Classification(loss, (double) correct / labels.length, error / labels.length);
  }
}
