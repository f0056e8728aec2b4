package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Takes a whole repository out of a hub.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a repository with its branches, tags and history to one file.",
      "'syncyte hub verify' checks it anywhere; 'syncyte hub import' brings it into another hub."
    })
final class HubExport implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "REPO", description = "namespace/name on the hub.")
  private String repo;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where to put it.")
  private Path file;

  @Mixin private HubOptions hub;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    long bytes = hub.keeper().export(repo, file);
    output.result(
        "%s%n%s".formatted(file, ProgressBar.bytes(bytes)),
        Map.of("file", file.toString(), "bytes", bytes));
    return 0;
  }
}
