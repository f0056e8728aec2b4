package org.syncyte.worker.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.syncyte.worker.demo.Checks;
import org.syncyte.worker.demo.Demo;
import org.syncyte.worker.demo.DemoOptions;
import org.syncyte.worker.demo.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The whole system on one machine.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Three sites train one model without sharing cells, and a hub shows it: PostgreSQL, Kafka,",
      "hub, coordinator and three agents as processes of this machine. Stays up until Ctrl-C.",
      "A second start reuses what the first one made."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where everything is kept (default: ${DEFAULT-VALUE}).",
      defaultValue = ".syncyte/demo")
  private Path data;

  @Option(
      names = "--port",
      description = "Port of the hub; the next two are used as well (default: ${DEFAULT-VALUE}).",
      defaultValue = "8425")
  private int port;

  @Option(
      names = "--exit",
      description = "Stop after the checks: exit code 0 if all passed, 1 if not.")
  private boolean exit;

  @Option(
      names = "--genes",
      paramLabel = "N",
      description = "Variable genes (default: ${DEFAULT-VALUE}).",
      defaultValue = "2000")
  private int genes;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds (default: ${DEFAULT-VALUE}).",
      defaultValue = "20")
  private int rounds;

  @Option(
      names = "--epochs-per-round",
      paramLabel = "N",
      description = "Local epochs in a round (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int epochsPerRound;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides initial weights, splits and order (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress.")
  private boolean quiet;

  @Override
  public Integer call() throws Exception {
    long started = System.nanoTime();
    var options = new DemoOptions(data, port, genes, rounds, epochsPerRound, seed, quiet);
    var stop = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    try (var bar = quiet ? ProgressBar.silent() : ProgressBar.of("train", rounds);
        var demo = new Demo(Installation.current(), options, stage(bar))) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                stop.countDown();
                demo.close();
                stopped.countDown();
              }));
      var outcome = demo.run();
      bar.close();
      var checks = Checks.of(outcome, demo, demo.cells("site-5p"), data.resolve("pulled"));
      boolean passed = checks.stream().allMatch(Checks.Check::passed);
      write(outcome, checks);
      report(outcome, checks, (System.nanoTime() - started) / 1e9, demo);
      if (exit || !passed) {
        return passed ? 0 : 1;
      }
      System.out.println("\nCtrl-C stops it; the next start finds everything again.");
      stop.await();
      stopped.await(30, TimeUnit.SECONDS);
      return 0;
    }
  }

  private Demo.Stage stage(ProgressBar bar) {
    return new Demo.Stage() {
      private String last = "";

      @Override
      public void begins(String what) {
        if (!quiet) {
          System.err.println(what + " ...");
        }
      }

      @Override
      public void trains(String phase, int round, int rounds, String remark) {
        if (!phase.equals(last) && !quiet && round == 0) {
          System.err.println("the sites are " + phase + " ...");
        }
        last = phase;
        bar.at(round, round == rounds ? phase + "  " + remark : remark);
      }
    };
  }

  private void write(Demo.Outcome outcome, List<Checks.Check> checks) throws IOException {
    var values = new LinkedHashMap<String, Object>();
    values.put("page", outcome.page().toString());
    values.put("repo", outcome.repo());
    values.put("commit", outcome.commit());
    values.put("model_sha256", outcome.model());
    values.put("checks", checks);
    var partial = data.resolve("demo.json.partial");
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(partial.toFile(), values);
    Files.move(
        partial,
        data.resolve("demo.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static void report(
      Demo.Outcome outcome, List<Checks.Check> checks, double seconds, Demo demo) {
    var out = System.out;
    out.println();
    for (var check : checks) {
      out.printf("  %s %-9s %s%n", check.passed() ? "✓" : "✗", check.what(), check.found());
    }
    out.printf(
        """

        %s
        %s in %s. Four things to try:

          look    %s
          watch   %s
          python  python -c "from huggingface_hub import snapshot_download as d; \
        print(d('%s', endpoint='%s'))"
          map     ./syncyte pull %s --hub %s -o pbmc-scvi && \
        ./syncyte map pbmc-scvi %s -o mapped.h5ad
        """,
        outcome.page(),
        outcome.reused() ? "Ready, trained before," : "Trained and published",
        ProgressBar.time(seconds),
        outcome.page(),
        demo.overview(),
        outcome.repo(),
        demo.hub(),
        outcome.repo(),
        demo.hub(),
        Path.of("").toAbsolutePath().relativize(demo.cells("site-v3")));
  }
}
