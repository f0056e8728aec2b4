package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.syncyte.federation.RunSpec;
import org.syncyte.models.engine.Compute;
import org.syncyte.worker.site.ConsoleListener;
import org.syncyte.worker.site.Explanation;
import org.syncyte.worker.site.Policy;
import org.syncyte.worker.site.SiteAgent;
import org.syncyte.worker.site.SiteConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A site's agent.
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "A site's agent: takes part in federated runs, within its policy.",
    subcommands = {Agent.Run.class, Agent.Check.class, Agent.Explain.class})
final class Agent implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return 0;
  }

  /// Runs the agent.
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = {
        "Runs the agent until Ctrl-C. It only makes outbound connections. It can be killed at any",
        "time: the next start goes on where it was."
      })
  static final class Run implements Callable<Integer> {
    @Parameters(paramLabel = "SETTINGS", description = "The site's settings, such as site.yaml.")
    private Path settings;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads of the tensor engine (default: ${DEFAULT-VALUE}).",
        defaultValue = "1")
    private int threads;

    @Override
    public Integer call() {
      Compute.threads(threads);
      try (var agent = SiteAgent.open(SiteConfig.read(settings), new ConsoleListener(System.out));
          var _ = Interruption.watch(agent::stop)) {
        agent.work();
      }
      return 0;
    }
  }

  /// Reads everything the agent would, and connects to nothing.
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Reads settings, policy and data files and says what is wrong with them.")
  static final class Check implements Callable<Integer> {
    @Parameters(paramLabel = "SETTINGS", description = "The site's settings, such as site.yaml.")
    private Path settings;

    @Override
    public Integer call() {
      var config = SiteConfig.read(settings);
      Policy.of(config);
      try (var cells = CellOptions.open(config.data())) {
        System.out.printf(
            "%s: settings and policy are in order; %,d cells, %,d genes%n",
            config.site(), cells.cells(), cells.genes());
      }
      return 0;
    }
  }

  /// What would leave.
  @Command(
      name = "explain",
      mixinStandardHelpOptions = true,
      description = "Shows what would leave this site in a run, and which policy key decides it.")
  static final class Explain implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SETTINGS", description = "The site's settings.")
    private Path settings;

    @Parameters(index = "1", paramLabel = "RUN", description = "The run's specification (JSON).")
    private Path run;

    @Override
    public Integer call() throws IOException {
      var spec = RunSpec.parse(Files.readAllBytes(run));
      System.out.print(Explanation.text(Explanation.of(SiteConfig.read(settings), spec)));
      return 0;
    }
  }
}
