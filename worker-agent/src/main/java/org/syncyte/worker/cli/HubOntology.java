package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What a hub knows of terms.
@Command(
    name = "ontology",
    mixinStandardHelpOptions = true,
    subcommands = HubOntology.Load.class,
    description = "Tells a hub which terms are narrower than others.")
final class HubOntology {
  /// Loads one ontology.
  @Command(
      name = "load",
      mixinStandardHelpOptions = true,
      description = {
        "Loads an ontology in OBO format (is_a and part_of), in place of what was loaded",
        "under its name. Searches for a term then find narrower ones, too. Needs an",
        "administrator's token."
      })
  static final class Load implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "Such as uberon.obo.")
    private Path file;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "What to call it (default: the file's name).")
    private @Nullable String name;

    @Mixin private HubOptions hub;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws IOException {
      var loaded = hub.keeper().ontology(file, name == null ? name(file) : name);
      output.result(
          "%s: %d terms; %d tags in use are explained"
              .formatted(
                  loaded.path("source").asText(),
                  loaded.path("terms").asLong(),
                  loaded.path("tags").asLong()),
          Map.of(
              "source",
              loaded.path("source").asText(),
              "terms",
              loaded.path("terms").asLong(),
              "tags",
              loaded.path("tags").asLong()));
      return 0;
    }

    private static String name(Path file) {
      return String.valueOf(file.getFileName())
          .toLowerCase(Locale.ROOT)
          .replaceFirst("\\.obo$", "")
          .replaceAll("[^a-z0-9._-]", "-");
    }
  }
}
