package org.syncyte.worker.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.syncyte.worker.hub.HubClient;
import org.syncyte.worker.hub.HubKeeper;
import org.syncyte.worker.hub.HubProofs;
import picocli.CommandLine.Option;

/// Which hub, and as whom. A token is never an argument: others on the machine could read it.
final class HubOptions {
  @Option(
      names = "--hub",
      paramLabel = "URL",
      description =
          "Address of the hub (default: $SYNCYTE_HUB, $HF_ENDPOINT, or ${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:8425")
  private URI hub = URI.create("http://localhost:8425");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File that holds an access token (default: $SYNCYTE_TOKEN or $HF_TOKEN).")
  private @Nullable Path tokenFile;

  @picocli.CommandLine.Spec(picocli.CommandLine.Spec.Target.MIXEE)
  private picocli.CommandLine.Model.CommandSpec command;

  URI address() {
    var parsed = command.commandLine().getParseResult();
    if (!parsed.hasMatchedOption("--hub")) {
      for (var variable : new String[] {"SYNCYTE_HUB", "HF_ENDPOINT"}) {
        String value = System.getenv(variable);
        if (value != null && !value.isBlank()) {
          return URI.create(value);
        }
      }
    }
    return hub;
  }

  HubClient client() throws IOException {
    return new HubClient(address(), token());
  }

  HubKeeper keeper() throws IOException {
    return new HubKeeper(address(), token());
  }

  HubProofs proofs() throws IOException {
    return new HubProofs(address(), token());
  }

  private @Nullable String token() throws IOException {
    if (tokenFile != null) {
      return Files.readString(tokenFile).strip();
    }
    String own = System.getenv("SYNCYTE_TOKEN");
    return own != null ? own : System.getenv("HF_TOKEN");
  }
}
