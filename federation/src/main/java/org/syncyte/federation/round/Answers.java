package org.syncyte.federation.round;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.message.Progress;

/// What sites say, as values of the state.
public final class Answers {
  private Answers() {}

  /// A site's part of the vocabulary.
  ///
  /// @param genes names, one a line
  public record Offer(Blob genes, long cells, List<String> batches, List<String> labels) {
    public Offer {
      batches = List.copyOf(batches);
      labels = List.copyOf(labels);
    }
  }

  /// What a site derived from the manifest.
  public record Contract(Blob layout, Blob initial, long cells, double secondsPerStep) {}

  /// A site's update of one attempt.
  ///
  /// @param weights weight key -> training cells
  /// @param report null where the policy keeps metrics at the site
  public record Update(Blob blob, SortedMap<String, Long> weights, @Nullable Report report) {
    public Update {
      weights = Sorted.copy(weights);
    }

    /// Training cells in all.
    public long cells() {
      return weights.getOrDefault("all", 0L);
    }
  }

  /// How a local training went.
  public record Report(
      double elboTrain,
      double elboValidation,
      double reconstructionTrain,
      double klTrain,
      double cellsPerSecond,
      double seconds,
      double klWeight) {
    static Report of(Progress progress) {
      return new Report(
          progress.getElboTrain(),
          progress.getElboValidation(),
          progress.getReconstructionTrain(),
          progress.getKlTrain(),
          progress.getCellsPerSecond(),
          progress.getSeconds(),
          progress.getKlWeight());
    }

    Progress message() {
      return Progress.newBuilder()
          .setElboTrain(elboTrain)
          .setElboValidation(elboValidation)
          .setReconstructionTrain(reconstructionTrain)
          .setKlTrain(klTrain)
          .setCellsPerSecond(cellsPerSecond)
          .setSeconds(seconds)
          .setKlWeight(klWeight)
          .build();
    }

    /// Mean weighted by training cells over the sites that report; null if none does.
    static @Nullable Report mean(Iterable<Update> updates) {
      double[] sums = new double[7];
      double total = 0;
      for (Update update : updates) {
        Report r = update.report();
        if (r != null) {
          double w = update.cells();
          double[] values = {
            r.elboTrain,
            r.elboValidation,
            r.reconstructionTrain,
            r.klTrain,
            r.cellsPerSecond,
            r.seconds,
            r.klWeight
          };
          for (int i = 0; i < sums.length; i++) {
            sums[i] += w * values[i];
          }
          total += w;
        }
      }
      if (total == 0) {
        return null;
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] /= total;
      }
      return new Report(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]);
    }
  }
}
