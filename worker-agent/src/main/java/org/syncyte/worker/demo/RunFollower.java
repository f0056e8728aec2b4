package org.syncyte.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Watches a run at its coordinator until it ends. A coordinator that is away for a while is waited
/// for.
final class RunFollower {
  private static final int PATIENCE_SECONDS = 120;

  /// Hears how the run goes.
  interface Listener {
    /// @param round rounds committed so far
    void progress(String phase, int round, int rounds, String remark);
  }

  private final Rest coordinator;
  private final String run;

  RunFollower(Rest coordinator, String run) {
    this.coordinator = coordinator;
    this.run = run;
  }

  /// The run's last view.
  JsonNode follow(Listener listener) throws IOException, InterruptedException {
    long heard = System.nanoTime();
    while (true) {
      try {
        var view = coordinator.read("/api/v1/runs/" + run);
        heard = System.nanoTime();
        var history = view.path("history");
        listener.progress(
            view.path("phase").asText(),
            history.size(),
            view.path("rounds").asInt(),
            remark(history));
        if (view.path("phase").asText().equals("ended")) {
          return view;
        }
      } catch (IOException e) {
        if (System.nanoTime() - heard > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(400);
    }
  }

  private static String remark(JsonNode history) {
    if (history.isEmpty()) {
      return "";
    }
    var last = history.get(history.size() - 1);
    double rate = 0;
    for (var site : last.path("sites")) {
      rate += site.path("cells_per_second").asDouble();
    }
    long bytes = 0;
    for (var round : history) {
      bytes += round.path("bytes_up").asLong() + round.path("bytes_down").asLong();
    }
    return String.format(
        Locale.ROOT,
        "round %d  ELBO %.1f  %,.0f cells/s  %.1f MB moved",
        last.path("round").asInt(),
        last.path("mean").path("elbo_validation").asDouble(Double.NaN),
        rate,
        bytes / 1e6);
  }
}
