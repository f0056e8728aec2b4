package org.syncyte.models.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.fields.Binding;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.models.Fit;
import org.syncyte.models.metrics.SiteQuality;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// What training over several sites is worth: scVI of one site alone, of all cells in one place,
/// and of a federation, judged alike.
///
/// All trainings see the same genes and options and start from the same seed. A model of one site
/// knows no batches; it places the cells of every site as if they were its own. The bound of such a
/// model is that of its own validation cells, so it says nothing beside the bounds of the others;
/// the label accuracy and the mixing are always those of the cells of all sites.
public final class IntegrationBench {
  /// All cells in one place, everything at its default.
  public static final Map<String, String> PUBLISHED_DEFAULTS = Map.of();

  /// All cells in one place, with the layers that a federation uses.
  public static final Map<String, String> FEDERATION_SETTINGS =
      Map.of("encode_covariates", "true", "use_layer_norm", "both", "use_batch_norm", "none");

  /// One setting judged.
  ///
  /// @param elbo minus the bound per validation cell; NaN if not known
  /// @param seconds time of training; NaN if not known
  public record Row(String setting, double elbo, SiteQuality quality, double seconds) {}

  private final AnnData[] sites;
  private final Registry registry;
  private final Binding all;
  private final TrainOptions options;

  /// @param sites counts and annotations of one site each
  /// @param genes the genes to train on
  /// @param siteKey column of obs that names the site
  /// @param labelsKey column of obs with the labels to carry over
  /// @throws IllegalArgumentException if there are fewer than two sites, a column is missing, or
  ///   one data set holds cells of several sites
  public IntegrationBench(
      List<AnnData> sites,
      List<String> genes,
      String siteKey,
      String labelsKey,
      TrainOptions options) {
    this.sites = sites.toArray(AnnData[]::new);
    this.options = options.validating(null);
    var setup = new Setup(null, siteKey, labelsKey, null);
    var found = Registry.of(AnnCollection.of(this.sites).view(), setup);
    registry = new Registry(genes, found.batches(), found.labels(), List.of(), List.of(), setup);
    for (var site : sites) {
      var names = new TreeSet<>(texts(site, siteKey));
      if (names.size() != 1) {
        throw new IllegalArgumentException(
            "one data set holds cells of %s; give each site a file of its own".formatted(names));
      }
    }
    if (registry.batches().size() != sites.size() || sites.size() < 2) {
      throw new IllegalArgumentException(
          "%d data sets of the sites %s; at least two sites are compared, one data set each"
              .formatted(sites.size(), registry.batches()));
    }
    all = registry.bind(this.sites);
  }

  /// Names of the sites, by code.
  public List<String> siteNames() {
    return registry.batches();
  }

  public int cells() {
    return all.cells();
  }

  /// Trains on the cells of one site, and places all.
  ///
  /// @param site a code
  public Row alone(int site, TrainListener listener) {
    var name = siteNames().get(site);
    var own =
        Arrays.stream(sites)
            .filter(data -> name.equals(site(data)))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no data of " + name));
    var key = registry.setup().labelsKey();
    var blind =
        new Registry(
            registry.varNames(),
            List.of("0"),
            registry.labels(),
            List.of(),
            List.of(),
            new Setup(null, null, key, null));
    return row(name + " alone", PUBLISHED_DEFAULTS, blind.bind(own), blind.bind(sites), listener);
  }

  /// Trains on all cells.
  ///
  /// @param config constructor arguments of scVI
  public Row central(String setting, Map<String, String> config, TrainListener listener) {
    return row(setting, config, all, all, listener);
  }

  /// Judges where a published model placed the cells.
  ///
  /// @param minified data with the latent means and the same columns of obs
  /// @param elbo minus the bound per validation cell; NaN if not known
  /// @throws IllegalArgumentException if latents or columns are missing, or a site is unknown
  public Row published(String setting, AnnData minified, double elbo, double seconds) {
    Matrix latent = minified.obsm().get("scvi_latent_qzm");
    if (latent == null) {
      throw new IllegalArgumentException(
          "obsm has %s and no scvi_latent_qzm; give the adata.h5ad of a published model"
              .formatted(minified.obsm().keySet()));
    }
    int[] codes = codes(minified, String.valueOf(registry.setup().batchKey()), registry.batches());
    int[] labels = codes(minified, String.valueOf(registry.setup().labelsKey()), registry.labels());
    return new Row(setting, elbo, SiteQuality.of(latent.toDense(), labels, codes), seconds);
  }

  private Row row(
      String setting,
      Map<String, String> config,
      Binding trained,
      Binding placed,
      TrainListener listener) {
    try (var fit = Fit.start("SCVI", config, trained.registry(), options.seed())) {
      long start = System.nanoTime();
      var history = Trainer.train(fit, trained, options, listener);
      double seconds = (System.nanoTime() - start) * 1e-9;
      Dense latent = LatentRepresentation.of(fit, placed).mean();
      return new Row(
          setting,
          history.last("elbo_validation"),
          SiteQuality.of(latent, all.labels(), all.batch()),
          seconds);
    }
  }

  private String site(AnnData data) {
    return texts(data, String.valueOf(registry.setup().batchKey())).getFirst();
  }

  private static int[] codes(AnnData data, String key, List<String> categories) {
    return texts(data, key).stream()
        .mapToInt(text -> {
          int code = categories.indexOf(text);
          if (code < 0) {
            throw new IllegalArgumentException(
                "obs '%s' of the published data holds '%s', which the sites' files lack; they have %s"
                    .formatted(key, text, categories));
          }
          return code;
        })
        .toArray();
  }

  private static List<String> texts(AnnData data, String key) {
    Column column =
        data.obs()
            .column(key)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "obs has no column '%s', only %s"
                        .formatted(key, data.obs().columns().keySet())));
    return IntStream.range(0, data.cells()).mapToObj(i -> String.valueOf(column.text(i))).toList();
  }
}
