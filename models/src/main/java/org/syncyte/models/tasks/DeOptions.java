package org.syncyte.models.tasks;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How groups of cells are compared.
///
/// @param delta least size of a log2 fold change that counts, or null to estimate it from all genes
/// @param pseudocounts added to both sides of a fold change, or null to estimate them from the
///   genes that a group does not express
/// @param thresholdCounts a gene whose mean count in a group is below counts as not expressed there
/// @param samples draws of each side, over all batches
/// @param permutations pairs to form at random, or 0 to pair draws in their order
/// @param credibleLevels levels of the shortest intervals of the fold change to report
/// @param batchCorrection whether to decode both sides as the same batches
/// @param batches1 batches for the first side; empty for all of the model's
/// @param batches2 batches for the second side
/// @param fdr expected share of false discoveries among the genes that are marked
/// @param importance whether draws count by how well they explain the group's cells, and not alike
/// @param leaveOutliers whether to leave out the tenth of each group that lies farthest off in
///   latent space
/// @param rawStatistics whether to add means of the raw counts
public record DeOptions(
    Mode mode,
    @Nullable Double delta,
    @Nullable Double pseudocounts,
    double thresholdCounts,
    Test test,
    int samples,
    int permutations,
    List<Double> credibleLevels,
    boolean batchCorrection,
    List<String> batches1,
    List<String> batches2,
    double fdr,
    boolean importance,
    boolean leaveOutliers,
    boolean rawStatistics,
    long seed) {
  /// The question asked of each gene.
  public enum Mode {
    /// Is expression higher in the first group than in the second?
    VANILLA,
    /// Does it differ by at least `delta`?
    CHANGE
  }

  /// What counts as a change.
  public enum Test {
    /// Up or down, each by itself; the more probable one is reported.
    THREE,
    /// Up or down, taken together.
    TWO
  }

  public static final DeOptions VANILLA =
      new DeOptions(
          Mode.VANILLA,
          0.25,
          null,
          0.01,
          Test.THREE,
          5000,
          0,
          List.of(),
          false,
          List.of(),
          List.of(),
          0.05,
          false,
          false,
          true,
          0);

  public static final DeOptions CHANGE = VANILLA.with(draft -> draft.mode = Mode.CHANGE);

  public DeOptions {
    credibleLevels = List.copyOf(credibleLevels);
    batches1 = List.copyOf(batches1);
    batches2 = List.copyOf(batches2);
    if (samples < 2 || permutations < 0) {
      throw new IllegalArgumentException(
          "%d draws and %d permutations; at least 2 draws are needed, and 0 permutations means none"
              .formatted(samples, permutations));
    }
    if (delta != null && !(delta >= 0) || pseudocounts != null && !(pseudocounts > 0)) {
      throw new IllegalArgumentException(
          "delta %s must not be negative, pseudocounts %s must be positive; leave them out to have them estimated"
              .formatted(delta, pseudocounts));
    }
    if (!(fdr > 0 && fdr < 1)) {
      throw new IllegalArgumentException("fdr = " + fdr + "; it lies between 0 and 1");
    }
    for (double level : credibleLevels) {
      if (!(level > 0 && level < 1)) {
        throw new IllegalArgumentException(
            "credible level " + level + "; levels lie between 0 and 1, such as 0.95");
      }
    }
    if (!batchCorrection && !(batches1.isEmpty() && batches2.isEmpty())) {
      throw new IllegalArgumentException(
          "batches %s and %s are given, but batches are not corrected; ask for it or leave them out"
              .formatted(batches1, batches2));
    }
  }

  public DeOptions withDelta(@Nullable Double value) {
    return with(draft -> draft.delta = value);
  }

  public DeOptions withPseudocounts(@Nullable Double value) {
    return with(draft -> draft.pseudocounts = value);
  }

  public DeOptions withTest(Test value) {
    return with(draft -> draft.test = value);
  }

  public DeOptions withSamples(int count) {
    return with(draft -> draft.samples = count);
  }

  public DeOptions withPermutations(int count) {
    return with(draft -> draft.permutations = count);
  }

  public DeOptions withCredibleLevels(List<Double> levels) {
    return with(draft -> draft.credibleLevels = levels);
  }

  /// Both sides decoded as these batches, or as all if they are empty.
  public DeOptions correcting(List<String> first, List<String> second) {
    return with(draft -> {
      draft.batchCorrection = true;
      draft.batches1 = first;
      draft.batches2 = second;
    });
  }

  public DeOptions withFdr(double share) {
    return with(draft -> draft.fdr = share);
  }

  public DeOptions withImportance(boolean on) {
    return with(draft -> draft.importance = on);
  }

  public DeOptions leavingOutliers(boolean on) {
    return with(draft -> draft.leaveOutliers = on);
  }

  public DeOptions withRawStatistics(boolean on) {
    return with(draft -> draft.rawStatistics = on);
  }

  public DeOptions withSeed(long value) {
    return with(draft -> draft.seed = value);
  }

  private DeOptions with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.made();
  }

  /// A copy in the making.
  private static final class Draft {
    private final DeOptions from;
    private Mode mode;
    private @Nullable Double delta;
    private @Nullable Double pseudocounts;
    private Test test;
    private int samples;
    private int permutations;
    private List<Double> credibleLevels;
    private boolean batchCorrection;
    private List<String> batches1;
    private List<String> batches2;
    private double fdr;
    private boolean importance;
    private boolean leaveOutliers;
    private boolean rawStatistics;
    private long seed;

    Draft(DeOptions from) {
      this.from = from;
      mode = from.mode;
      delta = from.delta;
      pseudocounts = from.pseudocounts;
      test = from.test;
      samples = from.samples;
      permutations = from.permutations;
      credibleLevels = from.credibleLevels;
      batchCorrection = from.batchCorrection;
      batches1 = from.batches1;
      batches2 = from.batches2;
      fdr = from.fdr;
      importance = from.importance;
      leaveOutliers = from.leaveOutliers;
      rawStatistics = from.rawStatistics;
      seed = from.seed;
    }

    DeOptions made() {
      return new DeOptions(
          mode,
          delta,
          pseudocounts,
          from.thresholdCounts,
          test,
          samples,
          permutations,
          credibleLevels,
          batchCorrection,
          batches1,
          batches2,
          fdr,
          importance,
          leaveOutliers,
          rawStatistics,
          seed);
    }
  }
}
