package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.cytometry.Arcsinh;
import org.syncyte.anndata.cytometry.Panels;
import org.syncyte.anndata.cytometry.Scaling;
import org.syncyte.anndata.fields.Markers;
import org.syncyte.anndata.h5ad.H5ad;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// From raw cytometry to what a model of protein markers reads.
@Command(
    name = "cyto-prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Transforms and scales cytometry data, one file for each batch, and brings their panels",
      "together. The output has the layers transformed and scaled, the obs column of the batch"
          + " and,",
      "where panels differ, the layer _nan_mask: 1 where a marker was measured."
    })
final class PrepareMarkers implements Callable<Integer> {
  private static final String TRANSFORMED = "transformed";
  private static final String SCALED = "scaled";

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad files with markers in columns, one for each batch.")
  private List<Path> files;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad file to write.")
  private Path target;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "Layer with raw values (default: X).")
  private @Nullable String layer;

  @Option(
      names = "--batch-key",
      paramLabel = "COLUMN",
      description =
          "obs column to write, or of one file to scale apart by (default: ${DEFAULT-VALUE}).",
      defaultValue = "batch")
  private String batchKey;

  @Option(
      names = "--cofactor",
      paramLabel = "X",
      description = {
        "Divisor before arcsinh: 5 for mass cytometry, about 150 for fluorescence; 0 if values are",
        "transformed already (default: ${DEFAULT-VALUE})."
      },
      defaultValue = "5")
  private double cofactor;

  @Option(
      names = "--marker-cofactor",
      paramLabel = "MARKER=X",
      description = "Divisor of one marker (repeatable).")
  private Map<String, Double> cofactors = new LinkedHashMap<>();

  @Option(names = "--transform-scatter", description = "Transform FSC and SSC channels as well.")
  private boolean scatter;

  @Option(
      names = "--scale",
      paramLabel = "METHOD",
      description = "minmax, to between 0 and 1, or standard (default: ${DEFAULT-VALUE}).",
      defaultValue = "minmax")
  private Scaling.Method method;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    var batches = new ArrayList<AnnData>();
    for (var file : files) {
      if (file.toAbsolutePath().equals(target.toAbsolutePath())) {
        throw new IllegalArgumentException(target + " is an input; give another -o");
      }
      batches.add(prepared(H5ad.read(file)));
    }
    var merged = batches.size() == 1 ? batches.getFirst() : Panels.merge(batches, batchKey, SCALED);
    H5ad.write(merged, target);
    var backbone = Panels.backbone(merged);
    var values = new LinkedHashMap<String, Object>();
    values.put("output", target.toString());
    values.put("cells", merged.cells());
    values.put("batches", batches.size());
    values.put("markers", merged.var().index());
    values.put("backbone", backbone);
    output.result(
        String.format(
            Locale.ROOT,
            "%s%n%,d cells, %d markers%s",
            target,
            merged.cells(),
            merged.genes(),
            merged.layers().containsKey(Markers.MASK)
                ? ", of which every cell has %d: %s"
                    .formatted(backbone.size(), String.join(", ", backbone))
                : ""),
        values);
    return 0;
  }

  private AnnData prepared(AnnData raw) {
    var from = layer;
    var data = raw;
    if (cofactor != 0) {
      data = new Arcsinh(cofactor, cofactors, scatter).apply(data, layer, TRANSFORMED);
      from = TRANSFORMED;
    } else if (!cofactors.isEmpty()) {
      throw new IllegalArgumentException(
          "--cofactor 0 says that values are transformed; leave out --marker-cofactor");
    }
    boolean apart = files.size() == 1 && data.obs().column(batchKey).isPresent();
    var scaling = method == Scaling.Method.MINMAX ? Scaling.MINMAX : Scaling.STANDARD;
    var scaled = scaling.apply(data, from, SCALED, apart ? batchKey : null);
    boolean missing = false;
    for (float value : scaled.layer(SCALED).toDense().values()) {
      missing |= Float.isNaN(value);
    }
    return missing && !scaled.layers().containsKey(Markers.MASK)
        ? Panels.withMask(scaled, SCALED)
        : scaled;
  }
}
