package org.syncyte.worker.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command line of Syncyte. Bad input ends with one line that says what, why and the way out;
/// `--stacktrace` adds the place in the code.
@Command(
    name = "syncyte",
    description = "Train, publish, find and use models of single-cell data.",
    mixinStandardHelpOptions = true,
    versionProvider = Syncyte.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Train.class,
      Extend.class,
      Latents.class,
      Predict.class,
      Compare.class,
      Attribute.class,
      Express.class,
      Evaluate.class,
      Abundance.class,
      PlotTraining.class,
      SurfaceProteins.class,
      PrepareMarkers.class,
      Impute.class,
      Export.class,
      MapQuery.class,
      Push.class,
      Pull.class,
      Prove.class,
      Genes.class,
      DemoCommand.class,
      Agent.class,
      Hub.class,
      CoordinatorCommand.class,
      Bench.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  syncyte demo                                     three sites train one model, a hub shows"
          + " it",
      "  syncyte train site-*.h5ad --batch-key site -o my-model",
      "  syncyte map my-model query.h5ad -o mapped.h5ad   where new cells lie, nothing is trained",
      "  syncyte extend my-model query.h5ad -o my-model-2  the model learns the batches of new cells",
      "  syncyte push my-model demo/my-model --hub http://localhost:8425",
      "",
      "Exit codes: 0 done, 1 the work failed, 2 the input or the command is wrong."
    })
public final class Syncyte implements Callable<Integer> {
  /// Libraries that chatter. Held here, since a logger that nobody holds forgets its level.
  private static final List<Logger> CHATTY =
      List.of(Logger.getLogger("ai.djl"), Logger.getLogger("org.apache.kafka"));

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "On failure show where in the code.")
  private boolean stacktrace;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return 0;
  }

  public static void main(String[] arguments) {
    CHATTY.forEach(logger -> logger.setLevel(Level.SEVERE));
    System.exit(run(arguments));
  }

  /// Runs one command and returns its exit code.
  public static int run(String... arguments) {
    var root = new Syncyte();
    return executed(
        new CommandLine(root)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setExecutionExceptionHandler((problem, line, _) -> root.explain(problem, line)),
        arguments);
  }

  /// A heap that is too small is the user's to enlarge, so it is told like any other problem.
  private static int executed(CommandLine line, String... arguments) {
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError full) {
      line.getErr()
          .printf(
              "syncyte: memory is full (%s, heap of %d MB); give it more, such as SYNCYTE_JAVA_OPTS=-Xmx%dm%n",
              full.getMessage(),
              Runtime.getRuntime().maxMemory() >> 20,
              Runtime.getRuntime().maxMemory() >> 19);
      line.getErr().flush();
      return 1;
    }
  }

  private int explain(Exception problem, CommandLine line) {
    line.getErr().println("syncyte: " + message(problem));
    if (stacktrace) {
      problem.printStackTrace(line.getErr());
    }
    line.getErr().flush();
    return problem instanceof IllegalArgumentException ? 2 : 1;
  }

  private static String message(Throwable problem) {
    return switch (problem) {
      case java.nio.file.NoSuchFileException missing -> missing.getFile() + ": no such file";
      case java.nio.file.AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case java.net.ConnectException _ ->
          "the server does not answer; is it running, and is its address right?";
      default ->
          problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
    };
  }

  /// The version of this build.
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Syncyte.class.getPackage().getImplementationVersion();
      return new String[] {"syncyte " + (version == null ? "0.1.0-SNAPSHOT" : version)};
    }
  }
}
