package org.syncyte.worker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.anndata.h5ad.H5mu;
import org.syncyte.models.Fit;
import picocli.CommandLine.Option;

/// Which modalities of an h5mu file are read.
final class ModalityOptions {
  /// The name that proteins of an h5mu file get where no other is asked for.
  static final String PROTEINS = "protein_expression";

  @Option(
      names = "--rna-modality",
      paramLabel = "NAME",
      description = "Modality of an h5mu file with counts of genes (default: ${DEFAULT-VALUE}).",
      defaultValue = "rna")
  private String rna = H5mu.Modalities.DEFAULT.rna();

  @Option(
      names = "--protein-modality",
      paramLabel = "NAME",
      description =
          "Modality of an h5mu file with counts of surface proteins (default: ${DEFAULT-VALUE}).",
      defaultValue = "prot")
  private String protein = H5mu.Modalities.DEFAULT.protein();

  H5mu.Modalities names() {
    return new H5mu.Modalities(rna, protein);
  }

  /// Where a model reads proteins, or null if it reads none.
  static @Nullable String proteins(Fit fit) {
    var keys = fit.registry().setup().proteins();
    return keys == null ? null : keys.obsm();
  }

  /// The cells of an h5ad or h5mu file, or of a model folder, their counts still in the file.
  ///
  /// @param proteins the name in obsm that proteins of an h5mu file get, or null to leave them out
  static AnnData open(Path path, H5mu.Modalities modalities, @Nullable String proteins) {
    var file = SavedFit.cells(path);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such file");
    }
    return H5mu.is(file) ? H5mu.open(file, modalities, proteins) : H5ad.open(file);
  }
}
