package org.syncyte.onnx.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Proteins;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.HubMetadata;
import org.syncyte.cards.checkpoint.Tensor;

/// Maps query cells with a published model: where do they lie in its latent space, and which
/// labels do the reference cells around them carry?
///
/// A published model is a folder; read are `model.onnx`, and, if they are there, `labels.onnx`,
/// `adata.h5ad` and the metadata; all must be of the same model class. Nothing is trained and no
/// tensor engine is needed. Cells stream through the graphs in minibatches, several at a time, so a
/// query that stays in its file never lies in memory as a whole.
///
///     coverage  = genes found by name / genes of the model       refused below a threshold
///     X_scVI    = mean of q(z | x), genes not found read as zero; of a model of protein markers
///                 all that it reads cells by must be found
///     label     = the most probable by the model itself, if it tells labels; else the majority of
///                 the k nearest labelled reference cells, exact, Euclidean
///     agreement = share of these k that carry the label
public final class QueryMapper implements AutoCloseable {
  /// Where the latent coordinates of query cells go.
  public static final String LATENT = "X_scVI";

  public static final String LABEL = "syncyte_label";
  public static final String AGREEMENT = "syncyte_label_agreement";

  /// Probability of the label, of models that tell labels.
  public static final String CONFIDENCE = "syncyte_label_confidence";

  private final CellGraph model;
  private final @Nullable CellGraph labels;
  private final int threads;
  private final Map<String, String> facts;
  private final List<String> genes;
  private final int latent;
  private final @Nullable AnnData reference;
  private final @Nullable Dense referenceLatent;

  private QueryMapper(
      CellGraph model, @Nullable CellGraph labels, @Nullable AnnData reference, int threads) {
    if (threads < 1) {
      throw new OnnxException("cells are mapped by at least one thread, not " + threads);
    }
    this.model = model;
    this.labels = labels;
    this.threads = threads;
    this.facts = model.metadata();
    if (!"latent".equals(facts.get(FactKeys.ROLE)) || !facts.containsKey(FactKeys.GENES)) {
      throw new OnnxException(
          "the graph is not a latent graph with the names of its genes; export the model again");
    }
    this.genes = CellCodes.names(facts, FactKeys.GENES);
    if (labels != null) {
      requireSame(labels.metadata());
    }
    this.latent = latent(facts.getOrDefault(FactKeys.LATENT, "none"));
    this.reference = reference;
    this.referenceLatent = reference == null ? null : latentOf(reference);
  }

  /// Opens the folder of a published model, to run on every processor.
  public static QueryMapper open(Path folder) {
    return open(folder, Runtime.getRuntime().availableProcessors());
  }

  /// Opens the folder of a published model.
  ///
  /// @throws IllegalArgumentException if the folder holds no latent graph, or a damaged file
  public static QueryMapper open(Path folder, int threads) {
    var graph = folder.resolve("model.onnx");
    if (!Files.isRegularFile(graph)) {
      throw new OnnxException(
          "%s holds no model.onnx; export the model, or choose one that was published with it"
              .formatted(folder.getFileName()));
    }
    var labels = folder.resolve("labels.onnx");
    var cells = folder.resolve("adata.h5ad");
    // X of a minified file is empty and stays where it is.
    var mapper =
        of(
            OnnxModel.read(graph),
            Files.isRegularFile(labels) ? OnnxModel.read(labels) : null,
            Files.isRegularFile(cells) ? H5ad.open(cells) : null,
            threads);
    try {
      mapper.requireClass(folder.resolve(HubMetadata.FILE));
      return mapper;
    } catch (RuntimeException e) {
      mapper.close();
      throw e;
    }
  }

  /// A mapper over what is in memory; `reference` may be null.
  public static QueryMapper of(byte[] latentGraph, @Nullable AnnData reference, int threads) {
    return of(latentGraph, null, reference, threads);
  }

  /// The same with the graph of labels, which may be null. The mapper closes the reference.
  public static QueryMapper of(
      byte[] latentGraph, byte @Nullable [] labelGraph, @Nullable AnnData reference, int threads) {
    CellGraph model = null;
    CellGraph labels = null;
    try {
      model = CellGraph.open(latentGraph);
      labels = labelGraph == null ? null : CellGraph.open(labelGraph);
      return new QueryMapper(model, labels, reference, threads);
    } catch (RuntimeException e) {
      close(model, labels, reference);
      throw e;
    }
  }

  /// Refuses a graph of labels that is of another model.
  private void requireSame(Map<String, String> told) {
    for (var key :
        List.of(FactKeys.MODEL_CLASS, FactKeys.GENES, FactKeys.BATCHES, FactKeys.CATEGORICAL)) {
      if (!Objects.equals(facts.get(key), told.get(key))
          || !"labels".equals(told.get(FactKeys.ROLE))) {
        throw new OnnxException(
            "labels.onnx and model.onnx are of two models (they differ in '%s'); export both again"
                .formatted(key));
      }
    }
  }

  private void requireClass(Path metadata) {
    if (!Files.isRegularFile(metadata)) {
      return;
    }
    String named;
    try {
      named = HubMetadata.parse(Files.readString(metadata)).modelClsName();
    } catch (IOException e) {
      throw new OnnxException("%s cannot be read: %s".formatted(metadata.getFileName(), e), e);
    }
    if (!named.equals(facts.get(FactKeys.MODEL_CLASS))) {
      throw new OnnxException(
          "the metadata name model class %s, the graph is of %s; the folder mixes two models"
              .formatted(named, facts.get(FactKeys.MODEL_CLASS)));
    }
  }

  /// Names of the model's genes, in its order.
  public List<String> genes() {
    return genes;
  }

  /// The batch categories a query may take.
  public List<String> batches() {
    return CellCodes.names(facts, FactKeys.BATCHES);
  }

  public Mapping map(AnnData query) {
    return map(query, MappingOptions.DEFAULT, MappingListener.NONE);
  }

  /// Maps all cells of a query.
  ///
  /// @throws IllegalArgumentException if the query cannot be mapped; the message says why and what
  ///   to do
  public Mapping map(AnnData query, MappingOptions options, MappingListener listener) {
    if (query.cells() == 0) {
      throw new IllegalArgumentException("the query has no cells; nothing can be mapped");
    }
    var alignment = GeneAlignment.of(genes, query.var().index());
    boolean markers = facts.containsKey(FactKeys.ENCODED);
    if (markers) {
      alignment.require(CellCodes.names(facts, FactKeys.ENCODED));
    } else {
      alignment.require(options.minCoverage());
    }
    var codes = new CellCodes(facts, query.obs(), options.batch());
    var notices = new ArrayList<>(codes.notices());
    if (!alignment.missing().isEmpty()) {
      notices.add(
          0,
          (markers
                  ? "%d of the model's %d markers are not in the query; the model does not read"
                      + " cells by them"
                  : "%d of the model's %d genes are not in the query and were read as zero")
              .formatted(alignment.missing().size(), genes.size()));
    }
    var check = new CountCheck(markers);
    var told = labels == null ? null : new ToldLabels(labels.metadata(), query.cells());
    var embedded = embed(query, alignment, codes, told, check, options, listener);
    check.notice(notices);
    var obs = query.obs();
    if (told != null) {
      obs = obs.with(LABEL, told.label()).with(CONFIDENCE, told.confidence());
    }
    var vote = vote(options, notices);
    if (vote != null) {
      int k = Math.min(options.neighbours(), vote.cells());
      var result = vote.vote(embedded, k, told == null ? null : told.label());
      obs = obs.with(LABEL, result.label()).with(AGREEMENT, result.agreement());
    }
    return new Mapping(
        query.withObsm(LATENT, embedded).withObs(obs),
        alignment.coverage(),
        alignment.missing(),
        notices,
        model.provider());
  }

  private Dense embed(
      AnnData query,
      GeneAlignment alignment,
      CellCodes codes,
      @Nullable ToldLabels told,
      CountCheck check,
      MappingOptions options,
      MappingListener listener) {
    int total = query.cells();
    var values = new float[Math.multiplyExact(total, latent)];
    var proteins = proteins(query);
    new CellBlocks(query.layer(options.layer()), options.minibatch(), check, listener)
        .walk(
            threads,
            block -> {
              var inputs = new LinkedHashMap<String, Tensor>();
              codes.feed(block.cells(), inputs);
              if (proteins != null) {
                inputs.put("proteins", rows(proteins, block.cells(), total));
              }
              var mean = model.run(block.rows(), alignment, inputs).at("qz_mean");
              if (mean.columns() != latent) {
                throw new OnnxException(
                    "the graph answers with %d coordinates, but announces %d"
                        .formatted(mean.columns(), latent));
              }
              System.arraycopy(
                  mean.values(), 0, values, block.first() * latent, mean.values().length);
              if (told != null && labels != null) {
                told.put(
                    block.first(), labels.run(block.rows(), alignment, inputs).at("probability"));
              }
            });
    return new Dense(total, latent, values);
  }

  /// Counts of the surface proteins that the model reads, null if it reads none.
  private float @Nullable [] proteins(AnnData query) {
    var names = CellCodes.names(facts, FactKeys.PROTEINS);
    var key = facts.get(FactKeys.PROTEINS_KEY);
    return names.isEmpty() || key == null
        ? null
        : new Proteins(names, List.of(), List.of()).values(query, new ProteinKeys(key));
  }

  private static Tensor rows(float[] all, int[] cells, int total) {
    int wide = all.length / total;
    var rows = new float[cells.length * wide];
    for (int i = 0; i < cells.length; i++) {
      System.arraycopy(all, cells[i] * wide, rows, i * wide, wide);
    }
    return new Tensor.Floats(new long[] {cells.length, wide}, rows);
  }

  private @Nullable LabelVote vote(MappingOptions options, List<String> notices) {
    if (reference == null || referenceLatent == null) {
      notices.add("the model was published without reference cells; labels are not predicted");
      return null;
    }
    String chosen = options.labelsKey();
    String key = chosen != null ? chosen : facts.getOrDefault(FactKeys.LABELS_KEY, "labels");
    var column = reference.obs().columns().get(key);
    if (column == null && chosen != null) {
      throw new IllegalArgumentException(
          "the reference has no column '%s'; it has %s"
              .formatted(chosen, reference.obs().columns().keySet()));
    }
    if (column == null) {
      notices.add(
          "the reference has no column '%s' of labels; labels are not predicted".formatted(key));
      return null;
    }
    var vote = LabelVote.of(referenceLatent, column);
    if (vote.cells() == 0) {
      notices.add("no reference cell has a label in '%s'; labels are not predicted".formatted(key));
      return null;
    }
    if (vote.cells() < options.neighbours()) {
      notices.add("only %d labelled reference cells vote".formatted(vote.cells()));
    }
    return vote;
  }

  private static int latent(String noted) {
    if (!noted.matches("[1-9][0-9]{0,3}")) {
      throw new OnnxException(
          "the graph notes '%s' latent coordinates; 1 to 9999 are possible".formatted(noted));
    }
    return Integer.parseInt(noted);
  }

  /// The stored posterior means of the reference cells.
  private Dense latentOf(AnnData cells) {
    for (var array : cells.obsm().entrySet()) {
      if (array.getKey().endsWith("latent_qzm") || array.getKey().equals(LATENT)) {
        if (array.getValue().columns() != latent) {
          throw new IllegalArgumentException(
              "obsm '%s' of the reference has %d columns, the model has %d latent coordinates; the folder mixes two models"
                  .formatted(array.getKey(), array.getValue().columns(), latent));
        }
        return array.getValue().toDense();
      }
    }
    throw new IllegalArgumentException(
        "the reference has no latent posterior means in obsm %s; minify it with the model"
            .formatted(cells.obsm().keySet()));
  }

  @Override
  public void close() {
    close(model, labels, reference);
  }

  private static void close(
      @Nullable CellGraph model, @Nullable CellGraph labels, @Nullable AnnData reference) {
    if (model != null) {
      model.close();
    }
    if (labels != null) {
      labels.close();
    }
    if (reference != null) {
      reference.close();
    }
  }
}
