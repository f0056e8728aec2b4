package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.worker.hub.HubClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Downloads a published model.
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = {
      "Downloads a model from a hub; every file is checked against its hash.",
      "A broken download goes on where it stopped when the command is given again."
    })
final class Pull implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "REPO", description = "namespace/name on the hub.")
  private String repo;

  @Option(
      names = "--revision",
      description = "Branch, tag or commit (default: ${DEFAULT-VALUE}).",
      defaultValue = "main")
  private String revision;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where to put it (default: a folder with the model's name).")
  private @Nullable Path folder;

  @Mixin private HubOptions hub;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    var target = folder == null ? Path.of(repo.substring(repo.indexOf('/') + 1)) : folder;
    var client = hub.client();
    String commit = client.resolve(repo, revision);
    long total = client.tree(repo, commit).stream().mapToLong(HubClient.Entry::size).sum();
    try (var bar = output.progress("pull", total)) {
      client.pull(repo, commit, target, new Transfer(bar));
      bar.at(total, ProgressBar.bytes(total));
    }
    output.result(
        "%s%ncommit %s, %s".formatted(target, commit, ProgressBar.bytes(total)),
        Map.of("folder", target.toString(), "commit", commit, "bytes", total));
    return 0;
  }
}
