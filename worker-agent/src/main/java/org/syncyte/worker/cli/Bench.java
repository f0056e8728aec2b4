package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.bench.TrainBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Measurements whose numbers the README quotes.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures speed on this machine; every number in the README comes from here.",
    subcommands = {Bench.Training.class})
final class Bench implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return 0;
  }

  /// Training steps.
  @Command(
      name = "train",
      mixinStandardHelpOptions = true,
      description = "Training of SCVI, minibatches of 128 x 2,000, 20 % and 5 % dense.")
  static final class Training implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      TrainBench.run(System.out, json);
      return 0;
    }
  }
}
