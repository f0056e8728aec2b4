package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.syncyte.anndata.Dense;

/// Whether a model is as sure as it is right.
///
/// Predictions are put into bins of equal width by their confidence. The expected calibration error
/// is the mean difference between confidence and share of right ones, weighed by cells:
///
///     ECE = Σ_b n_b/n |right_b - confidence_b|
///
/// @param bins from low to high confidence; empty ones stay
/// @param accuracy share of cells told right
/// @param confidence mean confidence
/// @param error expected calibration error
/// @param logLoss mean of minus the log-probability given to the known label
public record Calibration(
    List<Bin> bins, int cells, double accuracy, double confidence, double error, double logLoss) {
  /// How many bins published trainings report.
  public static final int BINS = 15;

  private static final double TINY = 1e-12;

  /// @param confidence mean confidence of the cells in it
  /// @param accuracy share of them told right
  public record Bin(double low, double high, int cells, double confidence, double accuracy) {}

  public Calibration {
    bins = List.copyOf(bins);
  }

  /// @param known of each cell, the position of its known label among the classes; below zero for
  ///   cells without one, which are not looked at
  /// @throws IllegalArgumentException if no cell has a known label
  public static Calibration of(Predictions told, int[] known) {
    var labelled = labelled(told, known);
    var counts = new int[BINS];
    var right = new double[BINS];
    var sure = new double[BINS];
    double allRight = 0;
    double allSure = 0;
    double loss = 0;
    for (int cell : labelled) {
      double confidence = told.confidence(cell);
      boolean hit = told.code(cell) == known[cell];
      int bin = Math.min(BINS - 1, (int) (confidence * BINS));
      counts[bin]++;
      sure[bin] += confidence;
      right[bin] += hit ? 1 : 0;
      allSure += confidence;
      allRight += hit ? 1 : 0;
      loss -= Math.log(Math.max(TINY, told.probabilities().at(cell, known[cell])));
    }
    double n = labelled.length;
    double error = 0;
    var bins = new ArrayList<Bin>();
    for (int b = 0; b < BINS; b++) {
      double in = Math.max(1, counts[b]);
      error += Math.abs(right[b] - sure[b]) / n;
      bins.add(
          new Bin(b / (double) BINS, (b + 1.0) / BINS, counts[b], sure[b] / in, right[b] / in));
    }
    return new Calibration(bins, labelled.length, allRight / n, allSure / n, error, loss / n);
  }

  /// The temperature that makes the known labels most probable: probabilities become `softmax(log p
  /// / T)`. Above one the model was too sure, below one not sure enough. The order of labels, and
  /// so the accuracy, stays.
  ///
  /// The loss is convex in 1/T, so there is one such temperature; it is looked for from 1/20 to 20.
  ///
  /// Guo et al., ICML 2017.
  public static double temperature(Predictions told, int[] known) {
    var labelled = labelled(told, known);
    int classes = told.classes().size();
    var logs = new double[labelled.length][classes];
    for (int i = 0; i < labelled.length; i++) {
      for (int k = 0; k < classes; k++) {
        logs[i][k] = Math.log(Math.max(TINY, told.probabilities().at(labelled[i], k)));
      }
    }
    double low = 1 / 20.0;
    double high = 20;
    if (slope(logs, labelled, known, low) >= 0) {
      return 1 / low;
    }
    if (slope(logs, labelled, known, high) <= 0) {
      return 1 / high;
    }
    double inverse =
        new BrentSolver(1e-9)
            .solve(200, beta -> slope(logs, labelled, known, beta), low, high, 1.0);
    return 1 / inverse;
  }

  /// The predictions at that temperature.
  public static Predictions at(Predictions told, double temperature) {
    if (!(temperature > 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature = " + temperature + "; it must be a positive number");
    }
    int classes = told.classes().size();
    var values = new float[told.cells() * classes];
    for (int cell = 0; cell < told.cells(); cell++) {
      var weights = new double[classes];
      double sum = 0;
      double top = Math.log(Math.max(TINY, told.confidence(cell)));
      for (int k = 0; k < classes; k++) {
        double log = Math.log(Math.max(TINY, told.probabilities().at(cell, k)));
        weights[k] = Math.exp((log - top) / temperature);
        sum += weights[k];
      }
      for (int k = 0; k < classes; k++) {
        values[cell * classes + k] = (float) (weights[k] / sum);
      }
    }
    return new Predictions(told.classes(), new Dense(told.cells(), classes, values));
  }

  /// Cells of each known label (rows) by the label told (columns).
  public static int[][] confusion(Predictions told, int[] known) {
    var counts = new int[told.classes().size()][told.classes().size()];
    for (int cell : labelled(told, known)) {
      counts[known[cell]][told.code(cell)]++;
    }
    return counts;
  }

  /// The derivative of the mean loss by β = 1/T.
  private static double slope(double[][] logs, int[] labelled, int[] known, double beta) {
    double slope = 0;
    for (int i = 0; i < logs.length; i++) {
      double top = Double.NEGATIVE_INFINITY;
      for (double log : logs[i]) {
        top = Math.max(top, log);
      }
      double sum = 0;
      double mean = 0;
      for (double log : logs[i]) {
        double weight = Math.exp(beta * (log - top));
        sum += weight;
        mean += weight * log;
      }
      slope += (mean / sum - logs[i][known[labelled[i]]]) / logs.length;
    }
    return slope;
  }

  private static int[] labelled(Predictions told, int[] known) {
    if (known.length != told.cells()) {
      throw new IllegalArgumentException(
          "%d known labels for %d cells".formatted(known.length, told.cells()));
    }
    var labelled =
        IntStream.range(0, known.length)
            .filter(cell -> known[cell] >= 0 && known[cell] < told.classes().size())
            .toArray();
    if (labelled.length == 0) {
      throw new IllegalArgumentException(
          "no cell has a label that the model knows (%s); confidence cannot be judged"
              .formatted(told.classes()));
    }
    return labelled;
  }
}
