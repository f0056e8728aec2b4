package org.syncyte.anndata.fields;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.collection.Genes;

/// What a model must remember of its data, so that new data can be put before it: genes in order,
/// the categories behind every code, and where all of it is found.
///
/// Codes are positions in these lists. They never change once a model has seen them: `extended`
/// only appends.
///
/// @param varNames genes in the model's order
/// @param batches batch categories; a single "0" without a batch column
/// @param labels label categories; a single "0" without a label column
/// @param categorical further categorical covariates
/// @param continuousKeys columns of continuous covariates
/// @param setup where the rest is found
/// @param proteins surface proteins measured beside the genes, or null
/// @param markers set when the features are protein markers with real values, not counts
public record Registry(
    List<String> varNames,
    List<String> batches,
    List<String> labels,
    List<CategoricalCovariate> categorical,
    List<String> continuousKeys,
    Setup setup,
    @Nullable Proteins proteins,
    @Nullable Markers markers) {
  public Registry {
    varNames = List.copyOf(varNames);
    batches = List.copyOf(batches);
    labels = List.copyOf(labels);
    categorical = List.copyOf(categorical);
    continuousKeys = List.copyOf(continuousKeys);
    if ((setup.proteins() == null) != (proteins == null)) {
      throw new IllegalArgumentException(
          "proteins: where they are and which they are must be known together");
    }
  }

  /// What a model of counts must remember.
  public Registry(
      List<String> varNames,
      List<String> batches,
      List<String> labels,
      List<CategoricalCovariate> categorical,
      List<String> continuousKeys,
      Setup setup,
      @Nullable Proteins proteins) {
    this(varNames, batches, labels, categorical, continuousKeys, setup, proteins, null);
  }

  /// What a model without proteins must remember.
  public Registry(
      List<String> varNames,
      List<String> batches,
      List<String> labels,
      List<CategoricalCovariate> categorical,
      List<String> continuousKeys,
      Setup setup) {
    this(varNames, batches, labels, categorical, continuousKeys, setup, null, null);
  }

  public static Registry of(AnnData data, Setup setup) {
    return of(data, setup, List.of(), List.of());
  }

  /// @throws IllegalArgumentException if a column or layer is not there, a value is missing, or two
  ///   genes share a name
  public static Registry of(
      AnnData data, Setup setup, List<String> categoricalKeys, List<String> continuousKeys) {
    Genes.positions("var", data.var().index());
    data.layer(setup.layer());
    for (var key : continuousKeys) {
      Categories.column("continuous covariate", data, key);
    }
    if (setup.sizeFactorKey() != null) {
      Categories.column("size factor", data, setup.sizeFactorKey());
    }
    var batches = categories("batch", data, setup.batchKey());
    var keys = setup.proteins();
    var registry =
        new Registry(
            data.var().index(),
            batches,
            categories("labels", data, setup.labelsKey()),
            categoricalKeys.stream()
                .map(key -> new CategoricalCovariate(key, Categories.of("covariate", data, key)))
                .toList(),
            continuousKeys,
            setup,
            keys == null ? null : Proteins.of(data, setup, keys, batches));
    var unlabeled = setup.unlabeledCategory();
    return unlabeled == null ? registry : registry.withUnlabeled(unlabeled);
  }

  public static Registry of(
      AnnCollection data, Setup setup, List<String> categoricalKeys, List<String> continuousKeys) {
    return of(data.view(), setup, categoricalKeys, continuousKeys);
  }

  private static List<String> categories(String role, AnnData data, @Nullable String key) {
    return key == null ? Categories.ONE : Categories.of(role, data, key);
  }

  /// The labels with `category` last, as models that are trained with some cells unlabelled want
  /// it: swapped with the last one, or appended when it is not there.
  public Registry withUnlabeled(String category) {
    var swapped = new ArrayList<>(labels);
    int at = swapped.indexOf(category);
    if (at < 0) {
      swapped.add(category);
    } else {
      Collections.swap(swapped, at, swapped.size() - 1);
    }
    return new Registry(
        varNames,
        batches,
        swapped,
        categorical,
        continuousKeys,
        setup.labelsKey() == null ? setup : setup.withLabels(setup.labelsKey(), category),
        proteins,
        markers);
  }

  /// This registry with other genes.
  public Registry withGenes(List<String> names) {
    return new Registry(
        names, batches, labels, categorical, continuousKeys, setup, proteins, markers);
  }

  /// This registry with counts in another layer.
  public Registry withLayer(@Nullable String layer) {
    return new Registry(
        varNames,
        batches,
        labels,
        categorical,
        continuousKeys,
        setup.withLayer(layer),
        proteins,
        markers);
  }

  /// This registry with the labels of `data` in column `key`, of which `unlabeled` comes last and
  /// means that a cell has none.
  public Registry relabelled(AnnData data, String key, String unlabeled) {
    return new Registry(
            varNames,
            batches,
            categories("labels", data, key),
            categorical,
            continuousKeys,
            setup.withLabels(key, null),
            proteins,
            markers)
        .withUnlabeled(unlabeled);
  }

  /// This registry for protein markers: values are real numbers, and may be missing.
  ///
  /// @param maskLayer the layer that says which values were measured (1) or not (0); null takes
  ///   `Markers.MASK` if the data have it
  /// @param sampleKey column of the samples, or null
  /// @throws IllegalArgumentException if a layer or column is not there, there are fewer than two
  ///   markers, one was measured in no cell, or none in all
  public Registry withMarkers(
      AnnData data, @Nullable String maskLayer, @Nullable String sampleKey) {
    return withMarkers(Markers.of(data, maskLayer, sampleKey));
  }

  public Registry withMarkers(Markers known) {
    return new Registry(
        varNames, batches, labels, categorical, continuousKeys, setup, proteins, known);
  }

  /// The labels that name something: all but the one that means that a cell has none.
  public List<String> classes() {
    return setup.unlabeledCategory() == null ? labels : labels.subList(0, labels.size() - 1);
  }

  /// This registry with the batch, panel and covariate categories of new data appended, sorted.
  /// Labels are extended as well, unless one of them means that a cell has none: a model that
  /// learns labels knows a fixed set of them. Proteins never are; which of them a panel measured is
  /// seen in the new data, if they have cells of it.
  public Registry extended(AnnData... data) {
    var newBatches = batches;
    var newLabels = labels;
    var labelsKey = setup.labelsKey();
    var newCovariates = new ArrayList<>(categorical);
    for (var one : data) {
      newBatches = append(newBatches, categories("batch", one, setup.batchKey()));
      if (labelsKey != null
          && setup.unlabeledCategory() == null
          && one.obs().column(labelsKey).isPresent()) {
        newLabels = append(newLabels, Categories.of("labels", one, labelsKey));
      }
      for (int c = 0; c < newCovariates.size(); c++) {
        var covariate = newCovariates.get(c);
        newCovariates.set(
            c,
            new CategoricalCovariate(
                covariate.key(),
                append(covariate.categories(), Categories.of("covariate", one, covariate.key()))));
      }
    }
    return new Registry(
        varNames,
        newBatches,
        newLabels,
        newCovariates,
        continuousKeys,
        setup,
        proteins == null ? null : proteins(proteins, List.of(data), newBatches),
        markers);
  }

  private Proteins proteins(Proteins known, List<AnnData> data, List<String> newBatches) {
    var keys = setup.proteins();
    var panels = known.panels();
    if (keys != null && keys.panelKey() != null) {
      for (var one : data) {
        panels = append(panels, Categories.of("panel", one, keys.panelKey()));
      }
    }
    return known.withPanels(panels).measuredIn(data, setup, newBatches, false);
  }

  private static List<String> append(List<String> known, List<String> found) {
    var fresh = new TreeSet<>(Categories.CODE_POINTS);
    fresh.addAll(found);
    known.forEach(fresh::remove);
    var all = new ArrayList<>(known);
    all.addAll(fresh);
    return all;
  }

  /// Checks data against this registry and makes them readable in its genes and codes. Genes the
  /// data lack read as zero, genes the registry lacks are left out. Of markers, those outside the
  /// backbone may be missing and read as NaN, as do all values that were not measured.
  ///
  /// @throws IllegalArgumentException naming what does not fit
  public Binding bind(AnnData... data) {
    return bind(Check.COUNTS, null, data);
  }

  public Binding bind(AnnCollection data) {
    return bind(Check.COUNTS, null, data.view());
  }

  /// As `bind(data)`, with a choice of the values allowed.
  ///
  /// @param unlabeled the label for all cells of a data set without label column, or null to insist
  ///   on the column
  public Binding bind(Check check, @Nullable String unlabeled, AnnData... data) {
    return Binding.of(this, check, unlabeled, List.of(data));
  }
}
