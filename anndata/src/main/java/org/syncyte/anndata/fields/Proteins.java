package org.syncyte.anndata.fields;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;

/// The surface proteins that a model was set up with, and which of them each panel measured.
///
/// A protein whose counts are zero in every cell of a panel counts as not measured there: its
/// values say nothing, and a model is not to learn from them. Without a column of panels each batch
/// is one.
///
/// @param names proteins in the model's order
/// @param panels panel categories; empty where each batch is its own panel
/// @param measured for each panel (or batch) code whether it measured each protein; empty if every
///   panel measured all
public record Proteins(List<String> names, List<String> panels, List<List<Boolean>> measured) {
  public Proteins {
    names = List.copyOf(names);
    panels = List.copyOf(panels);
    measured = measured.stream().map(List::copyOf).toList();
  }

  /// @param batches batch categories of all of `data`
  /// @throws IllegalArgumentException if the counts are not there, are no counts, or a protein is
  ///   zero in every cell
  static Proteins of(AnnData data, Setup setup, ProteinKeys keys, List<String> batches) {
    var counts = counts(data, keys);
    if (keys.names() != null && !data.uns().containsKey(keys.names())) {
      throw new IllegalArgumentException(
          "proteins: '%s' is not in uns; it has %s".formatted(keys.names(), data.uns().keySet()));
    }
    var names = names(data, keys, counts);
    var panels =
        keys.panelKey() == null ? List.<String>of() : Categories.of("panel", data, keys.panelKey());
    var known = new Proteins(names, panels, List.of());
    return known.measuredIn(List.of(data), setup, batches, true);
  }

  public int size() {
    return names.size();
  }

  public boolean measured(int panel, int protein) {
    return panel >= measured.size() || measured.get(panel).get(protein);
  }

  /// These proteins, measured where `data` have counts of them. A panel without cells there stays
  /// as it was.
  ///
  /// @param insist whether a protein without any count is an error
  Proteins measuredIn(List<AnnData> data, Setup setup, List<String> batches, boolean insist) {
    var keys = setup.proteins();
    if (keys == null) {
      return this;
    }
    int codes = keys.panelKey() == null ? batches.size() : panels.size();
    var seen = new boolean[codes];
    var counted = new boolean[codes][size()];
    for (var one : data) {
      var counts = values(one, keys);
      var panel = codes(one, setup, batches);
      for (int i = 0; i < panel.length; i++) {
        seen[panel[i]] = true;
        for (int p = 0; p < size(); p++) {
          counted[panel[i]][p] |= counts[i * size() + p] != 0;
        }
      }
    }
    for (int p = 0; insist && p < size(); p++) {
      int protein = p;
      if (IntStream.range(0, codes).noneMatch(code -> counted[code][protein])) {
        throw new IllegalArgumentException(
            "proteins: '%s' of obsm '%s' is zero in every cell; leave it out"
                .formatted(names.get(p), keys.obsm()));
      }
    }
    var rows = new ArrayList<List<Boolean>>();
    boolean all = true;
    for (int code = 0; code < codes; code++) {
      var row = new ArrayList<Boolean>();
      for (int p = 0; p < size(); p++) {
        row.add(seen[code] ? counted[code][p] : measured(code, p));
      }
      all &= !row.contains(false);
      rows.add(row);
    }
    return new Proteins(names, panels, all ? List.of() : rows);
  }

  /// These proteins with the panels of new data appended, sorted.
  Proteins withPanels(List<String> more) {
    return new Proteins(names, more, measured);
  }

  /// Counts (cells, proteins) of `data` in the model's order.
  ///
  /// @throws IllegalArgumentException if they are not there, are no counts, or others than the
  ///   model's
  public float[] values(AnnData data, ProteinKeys keys) {
    var found = counts(data, keys);
    if (found.columns() != size()) {
      throw new IllegalArgumentException(
          "proteins: obsm '%s' has %d columns, the model knows %d proteins: %s"
              .formatted(keys.obsm(), found.columns(), size(), some(names)));
    }
    var theirs = names(data, keys, found);
    if (theirs.equals(names) || numbered(theirs) || numbered(names)) {
      return found.values();
    }
    var order = new int[size()];
    for (int p = 0; p < order.length; p++) {
      order[p] = theirs.indexOf(names.get(p));
      if (order[p] < 0) {
        throw new IllegalArgumentException(
            "proteins: '%s' of the model is not in obsm '%s', which has %s; add a column of zeros if it was not measured"
                .formatted(names.get(p), keys.obsm(), some(theirs)));
      }
    }
    return found.columns(order).values();
  }

  /// Panel code of each cell: that of its batch where there is no column of panels.
  int[] codes(AnnData data, Setup setup, List<String> batches) {
    var keys = setup.proteins();
    var panelKey = keys == null ? null : keys.panelKey();
    if (panelKey != null) {
      return Categories.codes(
          "panel", Categories.column("panel", data, panelKey), panelKey, panels);
    }
    var batchKey = setup.batchKey();
    return batchKey == null
        ? new int[data.cells()]
        : Categories.codes("batch", Categories.column("batch", data, batchKey), batchKey, batches);
  }

  private static Dense counts(AnnData data, ProteinKeys keys) {
    var array = data.obsm().get(keys.obsm());
    if (array == null) {
      throw new IllegalArgumentException(
          "proteins: '%s' is not in obsm; it has %s".formatted(keys.obsm(), data.obsm().keySet()));
    }
    var counts = array.toDense();
    if (counts.columns() == 0) {
      throw new IllegalArgumentException(
          "proteins: obsm '%s' has no column".formatted(keys.obsm()));
    }
    for (int i = 0; i < counts.values().length; i++) {
      float value = counts.values()[i];
      if (!(value >= 0) || value != (float) Math.rint(value) || Float.isInfinite(value)) {
        throw new IllegalArgumentException(
            "proteins: value %s of cell %d, protein %d in obsm '%s': counts are whole numbers from zero; name the array that holds raw counts"
                .formatted(value, i / counts.columns(), i % counts.columns(), keys.obsm()));
      }
    }
    return counts;
  }

  private static List<String> names(AnnData data, ProteinKeys keys, Dense counts) {
    var names = keys.names() == null ? counts.names() : listed(data, keys.names());
    if (names == null) {
      return IntStream.range(0, counts.columns()).mapToObj(Integer::toString).toList();
    }
    if (names.size() != counts.columns()) {
      throw new IllegalArgumentException(
          "proteins: uns '%s' has %d names for the %d columns of obsm '%s'"
              .formatted(keys.names(), names.size(), counts.columns(), keys.obsm()));
    }
    var sorted = names.stream().sorted().toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).equals(sorted.get(i - 1))) {
        throw new IllegalArgumentException(
            "proteins: '%s' is named twice; names must differ".formatted(sorted.get(i)));
      }
    }
    return names;
  }

  private static @Nullable List<String> listed(AnnData data, String key) {
    return switch (data.uns().get(key)) {
      // Without the list, columns stand in the order of the reference.
      case null -> null;
      case String[] texts -> List.of(texts);
      case Column column -> {
        var names = new ArrayList<String>();
        for (int i = 0; i < column.size(); i++) {
          names.add(String.valueOf(column.text(i)));
        }
        yield names;
      }
      case List<?> list -> list.stream().map(String::valueOf).toList();
      default ->
          throw new IllegalArgumentException(
              "proteins: uns '%s' is no list of names".formatted(key));
    };
  }

  private static boolean numbered(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).equals(Integer.toString(i))) {
        return false;
      }
    }
    return true;
  }

  private static Object some(List<String> names) {
    return names.size() > 8
        ? String.join(", ", Collections.unmodifiableList(names).subList(0, 8)) + ", ..."
        : names;
  }
}
