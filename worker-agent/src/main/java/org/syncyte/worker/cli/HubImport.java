package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Brings a repository into a hub.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a repository of an exported file. The hub checks every hash first and takes",
      "all of it or nothing. Needs an administrator's token."
    })
final class HubImport implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "What 'syncyte hub export' wrote.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REPO",
      description = "The name it gets (default: its own).")
  private @Nullable String repo;

  @Option(names = "--private", description = "Hide it from all but its namespace.")
  private boolean hidden;

  @Mixin private HubOptions hub;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    var reply = hub.keeper().bring(file, repo, hidden);
    var id = reply.path("id").asText();
    output.result(
        "%s%n%d commits, %d contents of %s"
            .formatted(
                id,
                reply.path("commits").asLong(),
                reply.path("contents").asLong(),
                ProgressBar.bytes(reply.path("bytes").asLong())),
        Map.of("repo", id, "commits", reply.path("commits").asLong()));
    return 0;
  }
}
