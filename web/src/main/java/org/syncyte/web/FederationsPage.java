package org.syncyte.web;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Runs of federations that were declared public: how far each is.
///
/// @param change where the list stood; listeners ask for what came after
public record FederationsPage(Hub hub, List<Run> runs, Paging paging, long change) {
  public FederationsPage {
    runs = List.copyOf(runs);
  }

  public String title() {
    return "Federations – " + hub.name();
  }

  /// One run.
  ///
  /// @param state `running`, `stale`, `completed`, `failed` or `cancelled`
  /// @param status what goes on, in words
  /// @param committed rounds that are done
  /// @param losses one value a committed round, not a number where there is none; lower is better
  /// @param repo the published model as `owner/name`, or null
  public record Run(
      String federation,
      String name,
      String model,
      String state,
      String status,
      int committed,
      int rounds,
      int sites,
      List<String> siteNames,
      List<Double> losses,
      @Nullable String repo,
      Instant declared,
      Instant updated) {
    static final int WIDTH = 160;
    static final int HEIGHT = 40;

    public Run {
      siteNames = List.copyOf(siteNames);
      losses = List.copyOf(losses);
    }

    public String id() {
      return federation + "/" + name;
    }

    public String sitesText() {
      var count = sites == 1 ? "1 site" : Figures.count(sites) + " sites";
      return siteNames.isEmpty() ? count : count + ": " + String.join(", ", siteNames);
    }

    public String declaredText() {
      return Figures.minute(declared);
    }

    public String updatedText() {
      return Figures.minute(updated);
    }

    public String lossText() {
      for (var loss : losses.reversed()) {
        if (!loss.isNaN()) {
          return Figures.decimal(loss);
        }
      }
      return "";
    }

    /// The losses as points of a line in a box of 160 × 40, from the first round to the last one
    /// planned: what is still to come stays empty. `federations.js` draws the same.
    public String points() {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (var loss : losses) {
        if (!loss.isNaN()) {
          least = Math.min(least, loss);
          most = Math.max(most, loss);
        }
      }
      var points = new StringJoiner(" ");
      double step = losses.size() < 2 ? 0 : (WIDTH - 4.0) * share() / (losses.size() - 1);
      for (int i = 0; i < losses.size(); i++) {
        var loss = losses.get(i);
        if (!loss.isNaN()) {
          double height = most > least ? (most - loss) / (most - least) : 0.5;
          points.add(
              String.format(Locale.ROOT, "%.1f,%.1f", 2 + i * step, 3 + height * (HEIGHT - 6)));
        }
      }
      return points.toString();
    }

    private double share() {
      return rounds < 2 ? 1 : Math.clamp((committed - 1.0) / (rounds - 1.0), 0, 1);
    }
  }
}
