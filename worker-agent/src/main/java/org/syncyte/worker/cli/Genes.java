package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.h5ad.H5ad;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The genes of a file.
@Command(
    name = "genes",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the genes of an h5ad file, one a line, to find models on a hub's page",
      "'By genes'. Nothing is sent anywhere."
    })
final class Genes implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "An h5ad file.")
  private Path file;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "Take the names from this column of var instead of its index.")
  private @Nullable String column;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    try (var data = H5ad.open(file)) {
      var names = column == null ? data.var().index() : names(data.var().columns(), column);
      output.result(String.join("\n", names), Map.of("genes", names));
    }
    return 0;
  }

  private static List<String> names(Map<String, Column> columns, String name) {
    var found = columns.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "var has no column '%s'; it has %s".formatted(name, columns.keySet()));
    }
    return java.util.stream.IntStream.range(0, found.size())
        .mapToObj(row -> java.util.Objects.requireNonNullElse(found.text(row), ""))
        .toList();
  }
}
