package org.syncyte.worker.site;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Minified cells of several sites as one data set, in roster order.
///
/// A column that only some sites sent is missing for the cells of the others. Parts with other
/// genes than the run's, or with counts, are refused: whoever receives parts must not publish more
/// than was agreed on.
final class Pooled {
  /// Column that says which site a cell is from; added where no site sent one.
  static final String SITE = "site";

  private Pooled() {}

  static AnnData of(Map<String, AnnData> parts, List<String> genes) {
    if (parts.isEmpty()) {
      throw new ContractException("minified-parts", "no site sent its minified cells");
    }
    for (var part : parts.entrySet()) {
      check(part.getKey(), part.getValue(), genes);
    }
    var all = List.copyOf(parts.values());
    var index = new ArrayList<String>();
    var columns = new LinkedHashSet<String>();
    for (var part : all) {
      index.addAll(part.obs().index());
      columns.addAll(part.obs().columns().keySet());
    }
    var obs = new LinkedHashMap<String, Column>();
    for (var name : columns) {
      obs.put(name, column(all, name));
    }
    if (!columns.contains(SITE)) {
      var sites = new ArrayList<@Nullable String>();
      parts.forEach((site, part) -> {
        for (int i = 0; i < part.cells(); i++) {
          sites.add(site);
        }
      });
      obs.put(SITE, PosteriorMinified.categorical(sites));
    }
    var obsm = new LinkedHashMap<String, Matrix>();
    for (var name : common(all)) {
      obsm.put(name, stacked(all, name));
    }
    int cells = index.size();
    var layers = new LinkedHashMap<String, Matrix>();
    all.getFirst()
        .layers()
        .keySet()
        .forEach(name -> layers.put(name, Csr.empty(cells, genes.size())));
    return new AnnData(
        Csr.empty(cells, genes.size()),
        new DataFrame(index, obs),
        DataFrame.of(genes),
        layers,
        obsm,
        Map.of(),
        Map.of(),
        all.getFirst().uns(),
        null);
  }

  private static void check(String site, AnnData part, List<String> genes) {
    if (!part.var().index().equals(genes)) {
      throw new ContractException(
          "part-genes", "the part of site '%s' has other genes than the run".formatted(site));
    }
    var matrices = new ArrayList<>(part.layers().values());
    if (part.x() != null) {
      matrices.add(part.x());
    }
    for (var matrix : matrices) {
      if (matrix.toCsr().stored() > 0) {
        throw new ContractException(
            "part-counts", "the part of site '%s' holds counts".formatted(site));
      }
    }
  }

  private static Set<String> common(List<AnnData> parts) {
    var names = new LinkedHashSet<>(parts.getFirst().obsm().keySet());
    parts.forEach(part -> names.retainAll(part.obsm().keySet()));
    return names;
  }

  private static Dense stacked(List<AnnData> parts, String name) {
    int columns = parts.getFirst().obsm().get(name) instanceof Matrix first ? first.columns() : 0;
    int rows = parts.stream().mapToInt(AnnData::cells).sum();
    var values = new float[Math.multiplyExact(rows, columns)];
    int at = 0;
    for (var part : parts) {
      if (!(part.obsm().get(name) instanceof Matrix matrix) || matrix.columns() != columns) {
        throw new ContractException("part-latent", "the parts differ in the width of " + name);
      }
      var dense = matrix.toDense().values();
      System.arraycopy(dense, 0, values, at, dense.length);
      at += dense.length;
    }
    return new Dense(rows, columns, values);
  }

  private static Column column(List<AnnData> parts, String name) {
    boolean numbers =
        parts.stream()
            .allMatch(part -> part.obs().column(name).orElse(null) instanceof Column.Floats);
    if (numbers) {
      var values = new ArrayList<double[]>();
      for (var part : parts) {
        if (part.obs().column(name).orElseThrow() instanceof Column.Floats floats) {
          values.add(floats.values());
        }
      }
      return new Column.Floats(values.stream().flatMapToDouble(Arrays::stream).toArray(), true);
    }
    var texts = new ArrayList<@Nullable String>();
    for (var part : parts) {
      var column = part.obs().column(name).orElse(null);
      for (int cell = 0; cell < part.cells(); cell++) {
        texts.add(column == null ? null : column.text(cell));
      }
    }
    return PosteriorMinified.categorical(texts);
  }
}
