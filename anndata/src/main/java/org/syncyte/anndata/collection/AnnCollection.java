package org.syncyte.anndata.collection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Data sets stacked along their cells, lazily: annotations are joined in memory, counts stay where
/// they are and are read row by row, in the order asked for.
///
/// Genes are matched by name. `INNER` keeps the common ones in the first set's order, `OUTER` takes
/// all, sorted, and reads a missing gene as zero, `NONE` wants equal lists. `view()` is an ordinary
/// `AnnData`, so whatever takes one takes a collection.
public final class AnnCollection implements AutoCloseable {
  /// Which names survive a join.
  public enum Join {
    INNER,
    OUTER,
    NONE
  }

  /// How data sets are put together.
  ///
  /// @param vars which genes; `NONE` wants the same genes everywhere
  /// @param obs which columns of the cells; `NONE` keeps none
  /// @param label name of a new column that tells the set of each cell, or null
  /// @param keys names of the sets; empty for "0", "1", ...
  /// @param indexUnique between a cell's name and its set's key, or null to leave names alone
  public record Options(
      Join vars,
      Join obs,
      @Nullable String label,
      List<String> keys,
      @Nullable String indexUnique) {
    public static final Options INNER = new Options(Join.INNER, Join.INNER, null, List.of(), null);
    public static final Options OUTER = new Options(Join.OUTER, Join.OUTER, null, List.of(), null);

    public Options {
      keys = List.copyOf(keys);
    }
  }

  private final List<AnnData> parts;
  private final AnnData view;
  private final int[] starts;

  private AnnCollection(List<AnnData> parts, AnnData view) {
    this.parts = parts;
    this.view = view;
    this.starts = new int[parts.size() + 1];
    for (int p = 0; p < parts.size(); p++) {
      starts[p + 1] = Math.addExact(starts[p], parts.get(p).cells());
    }
  }

  /// Common genes and common columns.
  public static AnnCollection of(AnnData... parts) {
    return of(Arrays.asList(parts), Options.INNER);
  }

  public static AnnCollection of(List<AnnData> parts, Options options) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("collection: no data set given");
    }
    var keys =
        options.keys().isEmpty()
            ? IntStream.range(0, parts.size()).mapToObj(Integer::toString).toList()
            : options.keys();
    if (keys.size() != parts.size() || new LinkedHashSet<>(keys).size() != keys.size()) {
      throw new IllegalArgumentException(
          "collection: %d data sets need as many different keys, not %s"
              .formatted(parts.size(), keys));
    }
    var genes = Genes.join(options.vars(), parts.stream().map(p -> p.var().index()).toList());
    var maps = new ArrayList<int @Nullable []>();
    for (int p = 0; p < parts.size(); p++) {
      maps.add(Genes.map("data set " + keys.get(p), genes, parts.get(p).var().index()));
    }
    var view =
        new AnnData(
            stack(parts, AnnData::x, maps, genes.size()),
            obs(parts, keys, options),
            DataFrame.of(genes),
            layers(parts, maps, genes.size()),
            obsm(parts),
            Map.of(),
            Map.of(),
            Map.of(),
            null);
    return new AnnCollection(List.copyOf(parts), view);
  }

  private static DataFrame obs(List<AnnData> parts, List<String> keys, Options options) {
    var names = new ArrayList<String>();
    var source = new ArrayList<Integer>();
    for (int p = 0; p < parts.size(); p++) {
      for (var name : parts.get(p).obs().index()) {
        names.add(
            options.indexUnique() == null ? name : name + options.indexUnique() + keys.get(p));
        source.add(p);
      }
    }
    var columns =
        new LinkedHashMap<>(Tables.join(options.obs(), parts.stream().map(AnnData::obs).toList()));
    if (options.label() != null) {
      columns.put(
          options.label(),
          new Column.Categorical(
              source.stream().mapToInt(Integer::intValue).toArray(), keys, false));
    }
    return new DataFrame(names, columns);
  }

  private interface Pick {
    @Nullable Matrix from(AnnData part);
  }

  private static @Nullable Matrix stack(
      List<AnnData> parts, Pick pick, List<int @Nullable []> maps, int genes) {
    var stacked = new ArrayList<Stacked.Part>();
    for (int p = 0; p < parts.size(); p++) {
      var matrix = pick.from(parts.get(p));
      if (matrix == null) {
        return null;
      }
      stacked.add(new Stacked.Part(matrix, maps.get(p)));
    }
    return new Stacked(stacked, genes);
  }

  private static Map<String, Matrix> layers(
      List<AnnData> parts, List<int @Nullable []> maps, int genes) {
    var layers = new LinkedHashMap<String, Matrix>();
    for (var name : parts.getFirst().layers().keySet()) {
      var stacked = stack(parts, part -> part.layers().get(name), maps, genes);
      if (stacked != null) {
        layers.put(name, stacked);
      }
    }
    return layers;
  }

  private static Map<String, Matrix> obsm(List<AnnData> parts) {
    var joined = new LinkedHashMap<String, Matrix>();
    parts
        .getFirst()
        .obsm()
        .forEach((name, first) -> {
          var arrays = parts.stream().map(part -> part.obsm().get(name)).toList();
          int wide = first.columns();
          if (wide > 0
              && arrays.stream().allMatch(array -> array != null && array.columns() == wide)) {
            var stacked =
                new Stacked(
                    arrays.stream().map(array -> new Stacked.Part(array, null)).toList(), wide);
            joined.put(
                name,
                stacked.onDisk()
                    ? stacked
                    : new Dense(
                        stacked.rows(), wide, stacked.toDense().values(), names(parts, name)));
          }
        });
    return joined;
  }

  /// Names of the columns, if all sets agree on them.
  private static @Nullable List<String> names(List<AnnData> parts, String name) {
    List<String> common = null;
    for (var part : parts) {
      var names = part.obsm().get(name) instanceof Dense dense ? dense.names() : null;
      if (names == null || common != null && !common.equals(names)) {
        return null;
      }
      common = names;
    }
    return common;
  }

  public int cells() {
    return view.cells();
  }

  public int genes() {
    return view.genes();
  }

  public List<String> varNames() {
    return view.var().index();
  }

  public DataFrame obs() {
    return view.obs();
  }

  public List<AnnData> parts() {
    return parts;
  }

  /// The data set that a cell belongs to.
  public int part(int cell) {
    java.util.Objects.checkIndex(cell, cells());
    int part = 0;
    while (starts[part + 1] <= cell) {
      part++;
    }
    return part;
  }

  /// The cell's position in its own data set.
  public int row(int cell) {
    return cell - starts[part(cell)];
  }

  /// The collection as one data set whose matrices read from the parts.
  public AnnData view() {
    return view;
  }

  @Override
  public void close() {
    parts.forEach(AnnData::close);
  }
}
