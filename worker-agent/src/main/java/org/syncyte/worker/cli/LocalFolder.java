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
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.cards.CardDetails;
import org.syncyte.minify.MinifiedType;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.worker.folder.ModelFolder;

/// The folder of a model that was trained here, on this machine's own files.
final class LocalFolder {
  private static final int BLOCK = 2048;

  private LocalFolder() {}

  /// @param bound the cells as the model reads them
  /// @param withLatents whether to add the minified cells
  static void write(
      Path folder, Fit fit, AnnData data, DataSource bound, String license, boolean withLatents) {
    var cells = withLatents ? minified(fit, data, bound) : null;
    ModelFolder.write(folder, fit, cells, details(license, fit, cells), training(fit));
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
        librarySizes(bound),
        MinifiedType.LATENT_POSTERIOR_PARAMETERS);
  }

  /// No counts; readers of a model of proteins ask for their array, so it is there and empty too.
  private static AnnData bare(Fit fit, AnnData data, List<String> genes) {
    var bare = AnnData.of(Csr.empty(data.cells(), genes.size()), data.obs(), DataFrame.of(genes));
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

  private static float[] librarySizes(DataSource bound) {
    var sizes = new float[bound.cells()];
    for (int start = 0; start < sizes.length; start += BLOCK) {
      int end = Math.min(start + BLOCK, sizes.length);
      var counts = bound.read(java.util.stream.IntStream.range(start, end).toArray()).counts();
      for (int row = 0; row < counts.rows(); row++) {
        sizes[start + row] = (float) counts.total(row);
      }
    }
    return sizes;
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
