package org.syncyte.minify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.loader.DataSource;

/// Replaces the counts of a data set by what a model made of them.
///
/// For every cell the posterior `z ~ Normal(qzm, sqrt(qzv))` and the library size are kept. The model's
/// decoder gives normalised expression, differential expression and samples from them, so the counts
/// need not be published:
///
///     X, layers   zeros of the same shape          raw    removed
///     obsm        + {model}_latent_qzm, {model}_latent_qzv (a variance)
///     obs         + observed_lib_size (a sum of counts, no logarithm)
///     uns         + _scvi_adata_minify_type
///
/// Everything else stays, so obsm, obsp and uns may still hold what was computed from counts:
/// `SizeReport` lists it. Loss, likelihood and training need counts and are lost, unless the type keeps
/// them.
///
/// Files of scvi-tools up to 1.2.0 use other names; `withOldNames` adds them, and `latent` finds both.
public final class Minifier {
  static final String TYPE = "_scvi_adata_minify_type";
  static final String LIBRARY = "observed_lib_size";

  /// Posterior parameters per cell.
  ///
  /// @param mean (cells, latent)
  /// @param variance (cells, latent)
  /// @param librarySize counts per cell
  public record Latent(Matrix mean, Matrix variance, float[] librarySize) {}

  private Minifier() {}

  /// Minifies with the names of SCVI.
  public static AnnData minify(
      AnnData data, Dense qzm, Dense qzv, float[] librarySize, MinifiedType type) {
    return minify(data, "scvi", qzm, qzv, librarySize, type);
  }

  /// @param model prefix of the names: `scvi`, `scanvi`, `totalvi`, ...
  /// @throws IllegalArgumentException if the data are minified already, or the parameters do not
  ///   fit
  public static AnnData minify(
      AnnData data, String model, Dense qzm, Dense qzv, float[] librarySize, MinifiedType type) {
    if (!model.matches("[a-z][a-z0-9_]{0,31}")) {
      throw new IllegalArgumentException(
          "model prefix '%s': a lower-case word such as 'scvi' is expected".formatted(model));
    }
    if (data.uns().containsKey(TYPE)) {
      throw new IllegalArgumentException(
          "the data are minified already (%s); start from the full data"
              .formatted(data.uns().get(TYPE)));
    }
    check(data, qzm, qzv, librarySize);
    var obsm = new LinkedHashMap<>(data.obsm());
    obsm.put(model + "_latent_qzm", qzm);
    obsm.put(model + "_latent_qzv", qzv);
    var uns = new LinkedHashMap<>(data.uns());
    uns.put(TYPE, type.key());
    boolean counts = type.keepsCounts();
    return new AnnData(
        counts ? data.x() : zeros(data),
        data.obs().with(LIBRARY, column(librarySize)),
        data.var(),
        counts ? data.layers() : zeroLayers(data),
        obsm,
        data.varm(),
        data.obsp(),
        uns,
        counts ? data.raw() : null);
  }

  /// The minified data with the names of scvi-tools up to 1.2.0 beside the present ones, so that
  /// both generations load the file.
  ///
  /// @throws IllegalArgumentException if the data are not minified under this prefix
  public static AnnData withOldNames(AnnData data, String model) {
    var latent = latent(data, model);
    return data.withObsm("_" + model + "_latent_qzm", latent.mean)
        .withObsm("_" + model + "_latent_qzv", latent.variance)
        .withObs(data.obs().with("_" + model + "_" + LIBRARY, column(latent.librarySize)));
  }

  /// Whether and how the data are minified.
  ///
  /// @throws IllegalArgumentException if they are in a way that is not known
  public static Optional<MinifiedType> type(AnnData data) {
    return switch (data.uns().get(TYPE)) {
      case null -> Optional.empty();
      case String key -> Optional.of(MinifiedType.of(key));
      default -> throw new IllegalArgumentException("uns['%s'] is not text".formatted(TYPE));
    };
  }

  /// The stored posterior parameters, under the present names or those of old files.
  ///
  /// @throws IllegalArgumentException if they are not there
  public static Latent latent(AnnData data, String model) {
    for (var prefix : new String[] {"", "_"}) {
      var mean = prefix + model + "_latent_qzm";
      var variance = prefix + model + "_latent_qzv";
      var library = prefix.isEmpty() ? LIBRARY : "_" + model + "_" + LIBRARY;
      if (data.obsm().containsKey(mean) && data.obsm().containsKey(variance)) {
        return latent(data, mean, variance, library);
      }
    }
    throw new IllegalArgumentException(
        "the data hold no posterior parameters of '%s'; obsm has %s"
            .formatted(model, data.obsm().keySet()));
  }

  /// The posterior parameters at the places that a model's registry names.
  ///
  /// @throws IllegalArgumentException if they are not there
  public static Latent latent(AnnData data, String mean, String variance, String library) {
    var qzm = data.obsm().get(mean);
    var qzv = data.obsm().get(variance);
    if (qzm == null || qzv == null) {
      throw new IllegalArgumentException(
          "obsm lacks '%s' or '%s'; it has %s".formatted(mean, variance, data.obsm().keySet()));
    }
    if (!(data.obs().column(library).orElse(null) instanceof Column.Floats(var values, _))) {
      throw new IllegalArgumentException("obs has no numbers under '%s'".formatted(library));
    }
    var sizes = new float[values.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = (float) values[i];
    }
    return new Latent(qzm, qzv, sizes);
  }

  /// Counts per cell, read block by block.
  ///
  /// @param layer the layer that holds the counts, or null for X
  public static float[] librarySize(AnnData data, @Nullable String layer) {
    var counts = data.layer(layer);
    var sizes = new float[data.cells()];
    Blocks.walk(
        counts,
        DataSource.BLOCK,
        (block, cells) -> {
          for (int r = 0; r < cells.length; r++) {
            sizes[cells[r]] = (float) block.total(r);
          }
        });
    return sizes;
  }

  private static void check(AnnData data, Dense qzm, Dense qzv, float[] librarySize) {
    if (qzm.rows() != data.cells()
        || qzv.rows() != data.cells()
        || librarySize.length != data.cells()) {
      throw new IllegalArgumentException(
          "%d cells, but %d means, %d variances and %d library sizes; all must be of the same cells"
              .formatted(data.cells(), qzm.rows(), qzv.rows(), librarySize.length));
    }
    if (qzm.columns() != qzv.columns() || qzm.columns() == 0) {
      throw new IllegalArgumentException(
          "latent means have %d dimensions, variances %d".formatted(qzm.columns(), qzv.columns()));
    }
    for (int i = 0; i < qzm.values().length; i++) {
      float mean = qzm.values()[i];
      float variance = qzv.values()[i];
      if (!Float.isFinite(mean) || !Float.isFinite(variance) || variance <= 0) {
        throw new IllegalArgumentException(
            "cell %d: mean %s, variance %s; means must be finite and variances positive"
                .formatted(i / qzm.columns(), mean, variance));
      }
    }
    for (int cell = 0; cell < librarySize.length; cell++) {
      if (!Float.isFinite(librarySize[cell]) || librarySize[cell] < 0) {
        throw new IllegalArgumentException(
            "cell %d: library size %s; a sum of counts is expected"
                .formatted(cell, librarySize[cell]));
      }
    }
  }

  private static Csr zeros(AnnData data) {
    return Csr.empty(data.cells(), data.genes());
  }

  private static Map<String, Matrix> zeroLayers(AnnData data) {
    var layers = new LinkedHashMap<String, Matrix>();
    data.layers().keySet().forEach(name -> layers.put(name, zeros(data)));
    return layers;
  }

  private static Column column(float[] values) {
    var doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return new Column.Floats(doubles, true);
  }
}
