package org.syncyte.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.cards.CardDetails;
import org.syncyte.minify.MinifiedType;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.LibrarySizes;
import org.syncyte.worker.folder.Durable;
import org.syncyte.worker.folder.ModelFolder;

/// The folder of a model that was trained here, on this machine's own files.
final class LocalFolder {
  private LocalFolder() {}

  /// @param bound the cells as the model reads them
  /// @param withLatents whether to add the minified cells
  static void write(
      Path folder,
      Fit fit,
      AnnData data,
      DataSource bound,
      String license,
      boolean withLatents,
      OutputOptions output) {
    var cells = withLatents ? minified(fit, data, bound) : null;
    Durable.folder(
        folder,
        partial ->
            ModelFolder.write(
                partial, fit, cells, details(license, fit, cells), training(fit), output::note));
  }

  private static AnnData minified(Fit fit, AnnData data, DataSource bound) {
    var genes = fit.registry().varNames();
    var latent = LatentRepresentation.of(fit, bound);
    var bare = bare(fit, data, genes);
    return Minifier.minify(
        bare,
        Catalogue.minifiedPrefix(fit.modelClass()),
        latent.mean(),
        latent.variance(),
        LibrarySizes.of(bound),
        MinifiedType.LATENT_POSTERIOR_PARAMETERS);
  }

  /// No counts; readers ask for the layer, and of a model of proteins for their array, so they are
  /// there and empty too.
  private static AnnData bare(Fit fit, AnnData data, List<String> genes) {
    var empty = Csr.empty(data.cells(), genes.size());
    var layer = fit.registry().setup().layer();
    Map<String, Matrix> layers = layer == null ? Map.of() : Map.of(layer, empty);
    var bare =
        new AnnData(
            empty,
            data.obs(),
            DataFrame.of(genes),
            layers,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            null);
    var keys = fit.registry().setup().proteins();
    var proteins = fit.registry().proteins();
    return keys == null || proteins == null
        ? bare
        : bare.withObsm(
            keys.obsm(),
            new Dense(
                data.cells(),
                proteins.size(),
                new float[data.cells() * proteins.size()],
                proteins.names()));
  }

  private static CardDetails details(String license, Fit fit, @Nullable AnnData cells) {
    var plain = CardDetails.of(license, ModelFolder.ANNDATA);
    return new CardDetails(
        plain.licence(),
        plain.anndataVersion(),
        plain.modalities(),
        plain.tissues(),
        plain.organisms(),
        fit.registry().labels().size() > 1,
        "",
        cells == null ? null : MinifiedType.LATENT_POSTERIOR_PARAMETERS.key(),
        Map.of(),
        null,
        null,
        "",
        "",
        "",
        null);
  }

  private static byte[] training(Fit fit) {
    try {
      return new ObjectMapper().writeValueAsBytes(Map.of("history", fit.history().series()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of numbers have a JSON form", e);
    }
  }
}
