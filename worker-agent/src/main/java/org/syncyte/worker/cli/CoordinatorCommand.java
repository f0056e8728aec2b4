package org.syncyte.worker.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs a coordinator.
@Command(
    name = "coordinator",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a coordinator until Ctrl-C. All settings are syncyte.coordinator.*; they can be given",
      "with -D or as environment variables."
    })
final class CoordinatorCommand implements Callable<Integer> {
  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting, such as syncyte.kafka.bootstrap-servers=broker:9092.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    return Service.run("coordinator", "1g", settings);
  }
}
