package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.syncyte.worker.hub.HubException;
import org.syncyte.worker.hub.HubProofs;
import org.syncyte.worker.prove.Prover;
import org.syncyte.worker.prove.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs a hub's models beside it.
@Command(
    name = "prove",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the models of a hub on their published cells and reports to the hub",
      "whether the weights give what the graphs and the stored values say. Needs",
      "a token of the role PROVE, which an administrator issues. With --every it",
      "goes on until Ctrl-C: new models within a minute, all others again when",
      "their proof is that old."
    })
final class Prove implements Callable<Integer> {
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration LOOK = Duration.ofMinutes(1);

  @Option(names = "--once", description = "Prove what waits now, then end (the default).")
  private boolean once;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "Go on, and make proofs again that are older, such as 24h or 90m.")
  private @Nullable String every;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "Where models are downloaded to (default: a temporary folder).")
  private @Nullable Path work;

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "Leave larger models alone (default: ${DEFAULT-VALUE}).",
      defaultValue = "8589934592")
  private long largest;

  @Mixin private HubOptions hub;
  @Mixin private EngineOptions engine;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    if (once && every != null) {
      throw new IllegalArgumentException("--once and --every exclude each other; give one");
    }
    var age = every == null ? DAY : time(every);
    engine.apply();
    var folder = work == null ? Files.createTempDirectory("syncyte-prove") : work;
    var prover =
        new Prover(
            hub.client(),
            hub.proofs(),
            folder,
            new Syncyte.Version().getVersion()[0].substring("syncyte ".length()),
            largest);
    var end = new CountDownLatch(1);
    try (var stop = Interruption.watch(end::countDown)) {
      var told = new Told();
      while (true) {
        try {
          prover.pass(age, told, stop::requested);
        } catch (HubException lost) {
          if (every == null || lost.status() == 401 || lost.status() == 403) {
            throw lost;
          }
          output.note(String.valueOf(lost.getMessage()));
        }
        if (every == null || pause(end, age)) {
          break;
        }
      }
      if (every == null) {
        output.result(
            "%d reports, %d of them failed, %d left out"
                .formatted(told.reports.size(), told.failed(), told.left),
            Map.of("reports", told.reports, "failed", told.failed(), "left", told.left));
      }
    } finally {
      if (work == null) {
        Files.deleteIfExists(folder);
      }
    }
    return 0;
  }

  /// Whether somebody asked to stop meanwhile.
  private static boolean pause(CountDownLatch end, Duration age) {
    try {
      return end.await(
          Math.min(LOOK.toMillis(), Math.max(1, age.toMillis())), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  static Duration time(String text) {
    try {
      var time = Duration.parse(text.toUpperCase(Locale.ROOT).startsWith("P") ? text : "PT" + text);
      if (time.compareTo(Duration.ofSeconds(1)) >= 0 && time.toDays() <= 36_500) {
        return time;
      }
    } catch (java.time.DateTimeException | ArithmeticException _) {
      // The refusal below says what is wanted.
    }
    throw new IllegalArgumentException(
        "--every '%s' is not a time such as 24h, 90m or PT36H, of at least a second"
            .formatted(text));
  }

  /// Says what comes out as it comes.
  private final class Told implements Prover.Listener {
    private final List<Map<String, String>> reports = new ArrayList<>();
    private int left;

    long failed() {
      return reports.stream()
          .filter(one -> Report.Outcome.FAILED.name().equals(one.get("outcome")))
          .count();
    }

    @Override
    public void reported(HubProofs.Wanted commit, Report report) {
      if (every == null) {
        reports.add(
            Map.of(
                "repo", commit.repo(),
                "commit", commit.commit(),
                "outcome", report.outcome().name(),
                "summary", report.summary()));
      }
      say(commit, report.outcome().name().toLowerCase(Locale.ROOT) + ": " + report.summary());
    }

    @Override
    public void left(HubProofs.Wanted commit, String why) {
      left++;
      say(commit, "left out: " + why);
    }

    private void say(HubProofs.Wanted commit, String what) {
      if (!output.json()) {
        System.out.printf("%s@%s  %s%n", commit.repo(), commit.commit().substring(0, 8), what);
      }
    }
  }
}
