package org.syncyte.worker.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.CardDetails;
import org.syncyte.cards.CardWriter;
import org.syncyte.cards.HubMetadata;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.cards.privacy.MapRules;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.onnx.export.Exporter;
import org.syncyte.onnx.export.Proof;

/// The folder of a finished model, as it goes to a hub.
///
///     model.pt  model.safetensors  model.onnx  expression.onnx      the model, four times
///     adata.h5ad  latent_map.json                                  its cells, without counts
///     README.md  _scvi_required_metadata.json                      what it is
///     proof.json  training.json                                    how it was checked and trained
///
/// A model that tells labels has the graph `labels.onnx` as well. Without cells there are no `adata.h5ad`, `latent_map.json` and `proof.json`. Equal inputs give equal
/// files.
public final class ModelFolder {
  /// Layout of the h5ad files that are written.
  public static final String ANNDATA = "0.11.4";

  private final Path folder;
  private final Map<String, Path> files = new TreeMap<>();

  private ModelFolder(Path folder) {
    this.folder = folder;
  }

  /// Writes all files of a model.
  ///
  /// @param cells the minified cells, or null to publish none
  /// @param details what the card says beyond the model
  /// @param training content of `training.json`
  /// @param notes told what of the cells the map leaves out
  /// @return file name to file, in the order in which they are shown
  public static Map<String, Path> write(
      Path folder,
      Fit fit,
      @Nullable AnnData cells,
      CardDetails details,
      byte[] training,
      Consumer<String> notes) {
    try {
      Files.createDirectories(folder);
      return new ModelFolder(folder).write(fit, cells, details, training, notes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder + ": " + e.getMessage(), e);
    }
  }

  private Map<String, Path> write(
      Fit fit,
      @Nullable AnnData cells,
      CardDetails details,
      byte[] training,
      Consumer<String> notes)
      throws IOException {
    var prefix = Catalogue.minifiedPrefix(fit.modelClass());
    if (cells != null) {
      var target = folder.resolve("adata.h5ad");
      var written = Minifier.withOldNames(cells, prefix);
      H5ad.write(written, target);
      files.put("adata.h5ad", target);
      put(
          MapRules.FILE,
          LatentMap.json(cells, Minifier.latent(cells, prefix).mean().toDense(), notes));
    }
    var saved =
        cells == null
            ? fit.saved()
            : MinifiedRegistry.of(fit.saved(), prefix, cells, fit.model().latent());
    put("model.pt", TorchArchive.encode(saved));
    put("model.safetensors", Safetensors.encode(fit.state()));
    graphs(fit);
    put("training.json", training);
    put("README.md", text(CardWriter.write(saved, details).text()));
    put(
        HubMetadata.FILE,
        text(
            HubMetadata.of(fit.modelClass(), MinifiedRegistry.version(saved), ANNDATA, null)
                .json()));
    if (cells != null) {
      put("proof.json", text(Proof.of(folder).json()));
    }
    return files;
  }

  /// Writes the two graphs of a model beside its other files.
  public static Map<String, Path> export(Path folder, Fit fit) {
    try {
      Files.createDirectories(folder);
      var writer = new ModelFolder(folder);
      writer.graphs(fit);
      return writer.files;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Writes the graph `attributions.onnx`: of labels if the model tells them, else of its latent
  /// space.
  public static Path exportAttributions(Path folder, Fit fit) {
    var file = folder.resolve("attributions.onnx");
    Durable.write(
        file,
        Exporter.attributions(
            fit,
            fit.model() instanceof Labelling
                ? Exporter.Explained.LABELS
                : Exporter.Explained.LATENT));
    return file;
  }

  private void graphs(Fit fit) {
    put("model.onnx", Exporter.latent(fit));
    put("expression.onnx", Exporter.expression(fit));
    if (fit.model() instanceof Labelling) {
      put("labels.onnx", Exporter.labels(fit));
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void put(String name, byte[] bytes) {
    var file = folder.resolve(name);
    Durable.write(file, bytes);
    files.put(name, file);
  }
}
