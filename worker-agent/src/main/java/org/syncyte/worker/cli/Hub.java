package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs a hub.
@Command(
    name = "hub",
    mixinStandardHelpOptions = true,
    subcommands = {
      HubGarbage.class,
      HubExport.class,
      HubImport.class,
      HubVerify.class,
      HubOntology.class
    },
    description = {
      "Runs a hub until Ctrl-C. It starts its own PostgreSQL in the data folder unless",
      "syncyte.hub.database.url names another. The administrator's token is in",
      "DATA/admin.token after the first start."
    })
final class Hub implements Callable<Integer> {
  @Option(
      names = "--port",
      description = "HTTP port (default: ${DEFAULT-VALUE}).",
      defaultValue = "8425")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Data folder (default: ${DEFAULT-VALUE}).",
      defaultValue = ".syncyte/hub")
  private Path data;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Any other setting, such as syncyte.hub.public-url=https://hub.example.org.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    var own =
        Map.of(
            "syncyte.hub.port",
            Integer.toString(port),
            "syncyte.hub.data-dir",
            data.toAbsolutePath().toString());
    return Service.run("hub-server", "1g", Service.settings(own, settings));
  }
}
