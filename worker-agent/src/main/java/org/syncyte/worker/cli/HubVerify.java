package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import org.syncyte.worker.demo.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Checks an exported repository where there is no hub.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks an exported repository without a network: the hash of each content, and the ids",
      "of all files, trees and commits."
    })
final class HubVerify implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "What 'syncyte hub export' wrote.")
  private Path file;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var command =
        new ArrayList<>(Installation.current().application("hub-server", "512m", Map.of()));
    command.add("verify");
    command.add(file.toAbsolutePath().toString());
    return Service.run(command);
  }
}
