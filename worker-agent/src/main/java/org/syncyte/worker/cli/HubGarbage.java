package org.syncyte.worker.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Collects a hub's garbage.
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    description = {
      "Removes what no branch, tag, pull request or federation leads to. Needs an",
      "administrator's token. Nothing younger than a day goes."
    })
final class HubGarbage implements Callable<Integer> {
  @Option(names = "--dry-run", description = "Remove nothing; list what would go, and why.")
  private boolean dryRun;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      description = "Keep what is younger, such as PT1H (default: PT24H).")
  private @Nullable String grace;

  @Mixin private HubOptions hub;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    var found = hub.keeper().collectGarbage(dryRun, grace);
    if (!output.json()) {
      for (var item : found.path("items")) {
        System.out.printf(
            "%-7s %s%s%s  %s%n",
            item.path("kind").asText(),
            item.path("name").asText(),
            item.path("repo").asText().isEmpty() ? "" : "  " + item.path("repo").asText(),
            item.path("bytes").asLong() == 0
                ? ""
                : "  " + ProgressBar.bytes(item.path("bytes").asLong()),
            item.path("reason").asText());
      }
    }
    output.result(
        "%s %d commits, %d links, %d files of %s; %d contents are needed"
            .formatted(
                dryRun ? "would remove" : "removed",
                found.path("commits").asLong(),
                found.path("links").asLong(),
                found.path("files").asLong(),
                ProgressBar.bytes(found.path("bytes").asLong()),
                found.path("kept").asLong()),
        new ObjectMapper().convertValue(found, new TypeReference<Map<String, Object>>() {}));
    return 0;
  }
}
