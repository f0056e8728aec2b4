package org.syncyte.worker.cli;

import org.jspecify.annotations.Nullable;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.ProteinComparison;
import picocli.CommandLine.Option;

/// How surface proteins take part in a comparison of groups.
final class ProteinDeOptions {
  @Option(
      names = "--features",
      paramLabel = "WHAT",
      description = "${COMPLETION-CANDIDATES}, of models of proteins (default: both).")
  private ProteinComparison.@Nullable Features features;

  @Option(
      names = "--protein-prior-count",
      paramLabel = "X",
      description = "Added to both sides of proteins (default: 0.1).")
  private @Nullable Double priorCount;

  @Option(names = "--scale-proteins", description = "Compare each protein's share in its cell.")
  private boolean scaled;

  @Option(
      names = "--draw-mixing",
      description = "Tell foreground from background by a draw, not by its probability.")
  private boolean drawMixing;

  @Option(names = "--with-background", description = "Compare proteins with their background.")
  private boolean background;

  /// @throws IllegalArgumentException if something is asked of proteins that the model does not
  ///   know
  ProteinComparison.@Nullable Options of(Fit fit) {
    if (Catalogue.proteins(fit.modelClass())) {
      var usual = ProteinComparison.Options.DEFAULT;
      return new ProteinComparison.Options(
          features == null ? usual.features() : features,
          priorCount == null ? usual.priorCount() : priorCount,
          scaled,
          drawMixing,
          background);
    }
    if (features != null || priorCount != null || scaled || drawMixing || background) {
      throw new IllegalArgumentException(
          "%s knows no proteins; leave out --features, --protein-prior-count, --scale-proteins, --draw-mixing and --with-background"
              .formatted(fit.modelClass()));
    }
    return null;
  }
}
