package org.syncyte.models;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.fields.Check;
import org.syncyte.anndata.fields.Proteins;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.minify.Minifier;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.nn.Freezing;
import org.syncyte.models.nn.TensorLayout;

/// A model with its weights, the registry it was set up with, and the history of its training.
///
/// Initial weights depend on (class, arguments, sizes of the registry, seed) alone and are drawn on
/// the JVM, so two sites that agree on these start from identical bytes. `of(saved())` is the same
/// model to the last bit.
public final class Fit implements AutoCloseable {
  private final String modelClass;
  private final Map<String, String> config;
  private final Registry registry;
  private final Network network;
  private final Map<String, @Nullable Object> origin;
  private final int batchesLearned;
  private final int panelsLearned;
  private final Set<String> kept = new HashSet<>();
  private History history;
  private long cells;
  private boolean trained;

  private Fit(
      String modelClass,
      Map<String, String> config,
      Registry registry,
      Network network,
      Map<String, @Nullable Object> origin,
      @Nullable Registry reference,
      History history,
      boolean trained) {
    this.modelClass = modelClass;
    this.config = Map.copyOf(config);
    this.registry = registry;
    this.network = network;
    this.origin = origin;
    this.batchesLearned = reference == null ? 0 : reference.batches().size();
    this.panelsLearned = reference == null ? 0 : panels(reference);
    this.cells = SavedRegistry.cells(origin.get("registry_"));
    this.history = history;
    this.trained = trained;
  }

  /// An untrained model.
  ///
  /// @param modelClass published class name, such as `SCVI`
  /// @param config constructor arguments by their published names; absent ones take defaults
  /// @throws IllegalArgumentException if the class or an argument is unknown or out of range
  public static Fit start(
      String modelClass, Map<String, String> config, Registry registry, long seed) {
    var settled = settled(modelClass, config, registry);
    var network = Network.start(modelClass, settled, summary(modelClass, registry), seed);
    return new Fit(modelClass, settled, registry, network, Map.of(), null, History.EMPTY, false);
  }

  /// An untrained model that begins with what another has learned: all tensors of `source` are
  /// copied by name, the others are drawn. So a SCANVI continues a SCVI.
  ///
  /// @param more arguments that the class has beyond those of `source`, which it takes over
  /// @param registry that of `source`, but for the labels
  /// @throws IllegalArgumentException if the source is not trained, `more` repeats or contradicts
  ///   an argument of the source, or the registries or tensors differ
  public static Fit from(
      Fit source, String modelClass, Map<String, String> more, Registry registry, long seed) {
    if (!source.trained) {
      throw new IllegalArgumentException(
          "the %s to begin from is not trained; it has nothing to hand on"
              .formatted(source.modelClass));
    }
    var config = new LinkedHashMap<>(source.config);
    more.forEach((name, value) -> {
      var taken = config.put(name, value);
      if (taken != null && !taken.equals(value)) {
        throw new IllegalArgumentException(
            "argument %s = '%s' is taken over from the %s as '%s'; leave it out"
                .formatted(name, value, source.modelClass, taken));
      }
    });
    var theirs = source.registry;
    var unlike =
        !registry.varNames().equals(theirs.varNames())
            ? "genes"
            : !registry.batches().equals(theirs.batches())
                ? "batches"
                : !registry.categorical().equals(theirs.categorical())
                        || !registry.continuousKeys().equals(theirs.continuousKeys())
                    ? "covariates"
                    : !Objects.equals(registry.proteins(), theirs.proteins()) ? "proteins" : null;
    if (unlike != null) {
      throw new IllegalArgumentException(
          "the %s differ from those of the %s to begin from; bind the data to its registry"
              .formatted(unlike, source.modelClass));
    }
    var fit = start(modelClass, config, registry, seed);
    try {
      var tensors = new LinkedHashMap<>(fit.state().tensors());
      tensors.putAll(source.state().tensors());
      fit.network.load(new StateDict(tensors));
      if (Catalogue.proteins(modelClass)) {
        fit.kept.addAll(Totalvi.LEARNED_ONCE);
      }
      return fit;
    } catch (RuntimeException refused) {
      fit.close();
      throw refused;
    }
  }

  /// A model that will learn a query on top of what `reference` knows: the same network with the
  /// categories of the larger registry, whose columns are drawn and all others copied. It counts as
  /// untrained until it has learned the query.
  ///
  /// @param registry that of the reference, extended by the query
  /// @param freezing what stays while the query trains
  /// @throws IllegalArgumentException if the reference is not trained, or the registries differ in
  ///   more than new categories
  public static Fit query(Fit reference, Registry registry, Freezing freezing, long seed) {
    if (!reference.trained) {
      throw new IllegalArgumentException(
          "the %s to map onto is not trained; train it on the reference first"
              .formatted(reference.modelClass));
    }
    requireExtension(reference.registry, registry);
    var name = reference.modelClass;
    var network = Network.start(name, reference.config, summary(name, registry), seed, freezing);
    try {
      if (network.trained().isEmpty()) {
        throw new IllegalArgumentException(
            "nothing of the model would learn: the query brings no new category and all else is"
                + " frozen; map it without training, or unfreeze a part");
      }
      network.load(Graft.of(reference.network, network, freezing.asPublished()));
    } catch (RuntimeException refused) {
      network.close();
      throw refused;
    }
    var origin = new LinkedHashMap<String, @Nullable Object>();
    var arguments = reference.origin.get("init_params_");
    if (arguments != null) {
      origin.put("init_params_", arguments);
    }
    origin.put(
        "registry_",
        SavedRegistry.write(
            registry, name, 0, SavedRegistry.version(reference.origin.get("registry_"))));
    return new Fit(
        name,
        reference.config,
        registry,
        network,
        origin,
        reference.registry,
        History.EMPTY,
        false);
  }

  private static int panels(Registry registry) {
    var proteins = registry.proteins();
    return proteins == null || proteins.panels().isEmpty()
        ? registry.batches().size()
        : proteins.panels().size();
  }

  private static void requireExtension(Registry known, Registry larger) {
    boolean covariates = known.categorical().size() == larger.categorical().size();
    for (int i = 0; covariates && i < known.categorical().size(); i++) {
      var before = known.categorical().get(i);
      var after = larger.categorical().get(i);
      covariates =
          before.key().equals(after.key()) && begins(after.categories(), before.categories());
    }
    var unlike =
        !known.varNames().equals(larger.varNames())
            ? "genes"
            : !begins(larger.batches(), known.batches())
                ? "batches"
                : !begins(larger.labels(), known.labels())
                    ? "labels"
                    : !covariates || !known.continuousKeys().equals(larger.continuousKeys())
                        ? "covariates"
                        : null;
    if (unlike != null) {
      throw new IllegalArgumentException(
          "the %s do not continue those of the reference; extend its registry by the query"
              .formatted(unlike));
    }
  }

  private static boolean begins(List<String> all, List<String> first) {
    return all.size() >= first.size() && all.subList(0, first.size()).equals(first);
  }

  /// A saved model, brought to life.
  ///
  /// @throws IllegalArgumentException if its weights, arguments and registry do not fit together
  public static Fit of(SavedModel saved) {
    var attributes = saved.attributes();
    Registry registry = SavedRegistry.read(attributes.get("registry_"), saved.varNames());
    var config = SavedArguments.read(attributes.get("init_params_"));
    var name = attributes.get("registry_") instanceof Map<?, ?> map ? map.get("model_name") : null;
    var modelClass = String.valueOf(name);
    if (Catalogue.semiSupervised(modelClass) && !SavedRegistry.atLeast(attributes, 1, 1)) {
      config.put(SavedArguments.CLASSIFIER + ".logits", "false");
    }
    if (Catalogue.readsMarkers(modelClass)) {
      registry = SavedRegistry.withMarkers(registry, attributes, config, saved.state());
    }
    if (Catalogue.proteins(modelClass)) {
      readProteins(attributes, saved.state(), config);
    }
    var network = Network.of(modelClass, config, summary(modelClass, registry), saved.state());
    return new Fit(
        modelClass,
        config,
        registry,
        network,
        attributes,
        null,
        History.ofAttribute(attributes.get("history_")),
        Boolean.TRUE.equals(attributes.get("is_trained_")));
  }

  /// Tells from a file of which form its model of proteins is.
  private static void readProteins(
      Map<String, ?> attributes, StateDict state, Map<String, String> config) {
    if (!state.tensors().containsKey("log_per_batch_efficiency")) {
      config.put(Totalvi.LEGACY, "true");
    }
    if (!SavedRegistry.atLeast(attributes, 1, 2)) {
      config.put(SavedArguments.BACKGROUND, "exp");
    }
  }

  /// What the published file holds. Per-cell content of the training (labels, indices) is left out.
  public SavedModel saved() {
    var attributes = new LinkedHashMap<String, @Nullable Object>();
    attributes.put("get_normalized_function_name_", "get_normalized_expression");
    attributes.put("history_", history.series());
    attributes.put("is_trained_", trained);
    var kept = origin.get("registry_");
    attributes.put(
        "registry_",
        kept != null
            ? SavedRegistry.withCells(kept, cells)
            : SavedRegistry.write(registry, modelClass, cells, null));
    attributes.put("test_indices_", null);
    attributes.put("train_indices_", null);
    attributes.put("validation_indices_", null);
    var arguments = origin.get("init_params_");
    attributes.put(
        "init_params_",
        arguments != null
            ? arguments
            : SavedArguments.write(
                Catalogue.constructorArguments(modelClass, config),
                config,
                Catalogue.keywords(modelClass)));
    if (Catalogue.semiSupervised(modelClass)) {
      attributes.put("semisupervised_history_", null);
      attributes.put("unlabeled_category_", registry.setup().unlabeledCategory());
      attributes.put("unsupervised_history_", null);
    }
    return savedModel(state(), registry.varNames(), attributes);
  }

  public String modelClass() {
    return modelClass;
  }

  public Map<String, String> config() {
    return config;
  }

  /// All constructor arguments by their published names: those given, and the defaults of the rest.
  public Map<String, String> arguments() {
    var all = new java.util.TreeMap<>(Catalogue.constructorArguments(modelClass, config));
    all.putAll(config);
    return all;
  }

  public Registry registry() {
    return registry;
  }

  /// Cells for this model to be asked about; to train it, bind them to its registry. Labels are
  /// read where an answer depends on them, which it does with a dispersion per label. Of minified
  /// data the stored posterior is read.
  ///
  /// @throws IllegalArgumentException if the data do not fit, or they are minified and the model
  ///   was saved without
  public DataSource bind(AnnData data) {
    var setup = registry.setup();
    var key = setup.labelsKey();
    boolean labels = "gene-label".equals(config.get("dispersion"));
    var columns = new LinkedHashMap<>(data.obs().columns());
    if (key != null && !labels) {
      columns.remove(key);
    }
    var seen = data.withObs(new DataFrame(data.obs().index(), columns));
    var unlabeled = labels ? null : registry.labels().getLast();
    var type = Minifier.type(data).orElse(null);
    if (type == null) {
      return registry.bind(Check.COUNTS, unlabeled, seen);
    }
    if (registry.markers() != null) {
      throw new IllegalArgumentException(
          "the data are minified, of which %s has no form; give the full data"
              .formatted(modelClass));
    }
    return MinifiedCells.of(
        registry.bind(type.keepsCounts() ? Check.COUNTS : Check.NONE, unlabeled, seen),
        stored(data),
        model().latent(),
        type.keepsCounts());
  }

  /// Where the file says that the posterior lies; of a model that was not saved, under its name.
  private Minifier.Latent stored(AnnData data) {
    var saved = origin.get("registry_");
    var mean = SavedRegistry.place(saved, "latent_qzm");
    var variance = SavedRegistry.place(saved, "latent_qzv");
    var library = SavedRegistry.place(saved, "observed_lib_size");
    if (mean != null && variance != null && library != null) {
      return Minifier.latent(data, mean, variance, library);
    }
    if (saved != null) {
      throw new IllegalArgumentException(
          "the data are minified, the model was saved without minified data; give the model that"
              + " was saved with them, or the full data");
    }
    return Minifier.latent(data, Catalogue.minifiedPrefix(modelClass));
  }

  public Model model() {
    return network.model();
  }

  /// The model over its live weights.
  public Network network() {
    return network;
  }

  /// Names, shapes, roles and category blocks of all tensors.
  public List<TensorLayout> layout() {
    return network.layout();
  }

  /// Tensors that training leaves as another model, from which this one begins, has learned them.
  /// Files do not say so: a model that is saved and loaded trains them again.
  public Set<String> kept() {
    return Collections.unmodifiableSet(kept);
  }

  /// A copy of all tensors.
  public StateDict state() {
    return network.state();
  }

  /// Replaces all tensors; the model counts as trained from then on.
  ///
  /// @throws IllegalArgumentException if a tensor is missing, mis-shaped or unknown; nothing
  ///   changes
  public void load(StateDict state) {
    network.load(state);
    trained = true;
  }

  public History history() {
    return history;
  }

  /// How many cells the model has learned from; 0 if that is not known.
  public long cells() {
    return cells;
  }

  /// Notes how many cells the model has learned from.
  public void learnedFrom(long count) {
    cells = count;
  }

  /// The first batches of the registry, which the model knows from the reference it began with.
  public int batchesLearned() {
    return batchesLearned;
  }

  /// The first panels of proteins, which the model knows from the reference it began with.
  public int panelsLearned() {
    return panelsLearned;
  }

  public boolean trained() {
    return trained;
  }

  /// Notes that the model was trained further.
  public void append(History more) {
    history = history.then(more);
    trained = true;
  }

  @Override
  public void close() {
    network.close();
  }

  /// The class file of a record does not say that values of this constructor's map may be null.
  @SuppressWarnings("NullAway")
  private static SavedModel savedModel(
      StateDict state, List<String> varNames, Map<String, @Nullable Object> attributes) {
    return new SavedModel(state, varNames, attributes);
  }

  private static Summary summary(String modelClass, Registry registry) {
    boolean semiSupervised = Catalogue.semiSupervised(modelClass);
    if (semiSupervised && registry.setup().unlabeledCategory() == null) {
      throw new IllegalArgumentException(
          "%s: which label means that a cell has none is not said; set up the labels with it, any name will do"
              .formatted(modelClass));
    }
    var batch = new Covariate("batch", registry.batches());
    return new Summary(
        registry.varNames().size(),
        batch,
        new Covariate("labels", semiSupervised ? registry.classes() : registry.labels()),
        registry.categorical().stream()
            .map(one -> new Covariate(one.key(), one.categories()))
            .toList(),
        registry.continuousKeys().size(),
        registry.setup().sizeFactorKey() != null,
        panels(registry.proteins(), batch),
        registry.markers() == null ? List.of() : registry.varNames());
  }

  private static @Nullable ProteinPanels panels(@Nullable Proteins proteins, Covariate batch) {
    return proteins == null
        ? null
        : new ProteinPanels(
            proteins.size(),
            proteins.panels().isEmpty() ? batch : new Covariate("panel", proteins.panels()),
            proteins.measured());
  }

  /// The arguments with what the registry decides filled in.
  private static Map<String, String> settled(
      String modelClass, Map<String, String> config, Registry registry) {
    var markers = registry.markers();
    if (Catalogue.readsMarkers(modelClass) != (markers != null)) {
      throw new IllegalArgumentException(
          markers == null
              ? "%s reads values of protein markers; set the registry up with markers"
                  .formatted(modelClass)
              : "%s reads counts; the registry is set up for values of protein markers"
                  .formatted(modelClass));
    }
    return markers == null ? config : Cytovi.settled(config, markers, registry.varNames().size());
  }
}
