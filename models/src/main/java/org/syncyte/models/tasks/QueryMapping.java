package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.collection.Genes;
import org.syncyte.anndata.collection.Stacked;
import org.syncyte.anndata.fields.Binding;
import org.syncyte.anndata.fields.Check;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.nn.Freezing;

/// A query put before a reference model that is to learn it (scArches).
///
///     var mapping = QueryMapping.begin(reference, query, QueryMapping.Options.DEFAULT);
///     Trainer.train(mapping.fit(), mapping.cells(), TrainOptions.QUERY, TrainListener.NONE);
///     LatentRepresentation.of(mapping.fit(), mapping.cells());
///
/// The registry of the reference takes the query's new batches and covariate categories behind its
/// own, the model the columns for them, and `Freezing` says what of the rest may move. Old codes
/// and, by default, all that the reference knows stay; so the reference's cells keep their places.
///
/// Cells without labels are mapped as unlabelled ones; a label that the reference has not learned is
/// an error. Genes meet by name; those that the query lacks read as zero.
///
/// @param fit the model to train; it owns engine memory and counts as untrained
/// @param data the query, with the column of labels that a model with labels asks for
/// @param cells the query as the model reads it
/// @param coverage share of the reference's genes that the query has
/// @param notes what the user should know though it is no error
public record QueryMapping(
    Fit fit, AnnData data, Binding cells, double coverage, List<String> notes)
    implements AutoCloseable {
  /// The share of genes below which results are doubtful.
  private static final double DOUBTFUL = 0.8;

  /// Labels of cells of which none is known, for models that do not learn labels.
  private static final String NONE = "Unknown";

  /// @param minCoverage least share of the reference's genes; below it the query is refused
  /// @param seed of the new columns
  public record Options(Freezing freezing, double minCoverage, long seed) {
    public static final Options DEFAULT = new Options(Freezing.DEFAULT, 0.5, 0);

    public Options {
      if (!(minCoverage >= 0 && minCoverage <= 1)) {
        throw new IllegalArgumentException(
            "a least coverage of %s is no share of genes; give one from 0 to 1"
                .formatted(minCoverage));
      }
    }
  }

  public QueryMapping {
    notes = List.copyOf(notes);
  }

  /// @throws IllegalArgumentException if the query cannot be mapped; the message says why and what
  ///   to do
  public static QueryMapping begin(Fit reference, AnnData query, Options options) {
    var registry = reference.registry();
    if (query.cells() == 0) {
      throw new IllegalArgumentException("the query has no cells; nothing can be mapped");
    }
    if (Minifier.type(query).filter(type -> !type.keepsCounts()).isPresent()) {
      throw new IllegalArgumentException(
          "the query is minified and holds no counts to learn from; give the full data");
    }
    double coverage = coverage(registry.varNames(), query.var().index(), options.minCoverage());
    var notes = new ArrayList<String>();
    var labelled = labelled(reference, query, notes);
    var extended = registry.extended(labelled);
    var bound = extended.bind(Check.COUNTS, null, labelled);
    notes.addAll(bound.notes());
    if (!seesBatches(reference)) {
      notes.add(
          "the encoder of this model does not see batches: learning changes expression, not places"
              + " in latent space; a reference trained with encode_covariates=true learns both");
    }
    return new QueryMapping(
        Fit.query(reference, extended, options.freezing(), options.seed()),
        labelled,
        bound,
        coverage,
        notes);
  }

  /// The query with exactly the genes given, in their order: columns that it lacks are zero, in X
  /// and in every layer, others are left out.
  ///
  /// @param minCoverage least share of the genes
  /// @throws IllegalArgumentException if no gene is in common, or too few are
  public static AnnData prepare(AnnData query, List<String> genes, double minCoverage) {
    coverage(genes, query.var().index(), minCoverage);
    var map = Genes.map("var", genes, query.var().index());
    if (map == null) {
      return query;
    }
    var layers = new LinkedHashMap<String, Matrix>();
    query.layers().forEach((name, layer) -> layers.put(name, columns(layer, map)));
    var x = query.x();
    return new AnnData(
        x == null ? null : columns(x, map),
        query.obs(),
        DataFrame.of(genes),
        layers,
        query.obsm(),
        Map.of(),
        query.obsp(),
        query.uns(),
        null);
  }

  private static Matrix columns(Matrix matrix, int[] map) {
    return matrix instanceof Backed
        ? new Stacked(List.of(new Stacked.Part(matrix, map)), map.length)
        : matrix.toCsr().columns(map);
  }

  private static double coverage(List<String> genes, List<String> query, double least) {
    var positions = Genes.positions("var", query);
    long found = genes.stream().filter(positions::containsKey).count();
    double coverage = (double) found / genes.size();
    if (found == 0) {
      throw new IllegalArgumentException(
          "no gene in common with the reference; the query has '%s', the reference '%s': are these symbols in one and Ensembl ids in the other?"
              .formatted(Genes.example(query), Genes.example(genes)));
    }
    if (coverage < least) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the query has %d of the model's %d genes (%.1f %%), below the required %.1f %%; add"
                  + " genes, or lower the required coverage and judge the result with care",
              found,
              genes.size(),
              100 * coverage,
              100 * least));
    }
    return coverage;
  }

  /// Whether fewer genes were found than results can be trusted with.
  public boolean doubtful() {
    return coverage < DOUBTFUL;
  }

  /// The query with the column of labels, if the reference has one.
  private static AnnData labelled(Fit reference, AnnData query, List<String> notes) {
    var setup = reference.registry().setup();
    var key = setup.labelsKey();
    if (key == null || query.obs().column(key).isPresent()) {
      return query;
    }
    var none = setup.unlabeledCategory();
    if (none == null && "gene-label".equals(reference.config().get("dispersion"))) {
      throw new IllegalArgumentException(
          "labels: column '%s' is not in obs, and this model's dispersion depends on it; add it"
              .formatted(key));
    }
    var label = none == null ? NONE : none;
    notes.add("the query has no column '%s'; its cells count as '%s'".formatted(key, label));
    var labels = new String[query.cells()];
    Arrays.fill(labels, label);
    return query.withObs(query.obs().with(key, new Column.Strings(labels)));
  }

  private static boolean seesBatches(Fit reference) {
    var usual = Boolean.toString(Catalogue.proteins(reference.modelClass()));
    return "true".equalsIgnoreCase(reference.config().getOrDefault("encode_covariates", usual));
  }

  @Override
  public void close() {
    fit.close();
  }
}
