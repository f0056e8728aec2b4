package org.syncyte.worker.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.h5ad.H5ad;

/// The cells of this site: one or more files whose counts stay on disk.
///
/// Genes are those that all files measure, in the order of the first file.
final class SiteData implements AutoCloseable {
  private final List<AnnData> files;
  private final List<String> genes;

  private SiteData(List<AnnData> files) {
    this.files = List.copyOf(files);
    var common = new LinkedHashSet<>(this.files.getFirst().var().index());
    for (var file : this.files) {
      var names = new LinkedHashSet<>(file.var().index());
      if (names.size() < file.genes()) {
        throw new ContractException(
            "unique-genes", "a data file names a gene twice; sum such genes before the run");
      }
      common.retainAll(names);
    }
    this.genes = List.copyOf(common);
  }

  static SiteData open(List<Path> paths) {
    var opened = new ArrayList<AnnData>();
    try {
      for (var path : paths) {
        opened.add(H5ad.open(path));
      }
      return new SiteData(opened);
    } catch (RuntimeException e) {
      opened.forEach(AnnData::close);
      throw e;
    }
  }

  static SiteData of(AnnData... files) {
    return new SiteData(List.of(files));
  }

  List<AnnData> files() {
    return files;
  }

  List<String> genes() {
    return genes;
  }

  long cells() {
    return files.stream().mapToLong(AnnData::cells).sum();
  }

  /// Names in use in a column of the cell table, sorted.
  ///
  /// @throws ContractException if a file lacks the column, or a cell has no entry in it
  List<String> names(String column, String rule) {
    var names = new TreeSet<String>();
    for (var file : files) {
      var values = column(file, column, rule);
      for (int cell = 0; cell < values.size(); cell++) {
        names.add(entry(values, cell, column, rule));
      }
    }
    return List.copyOf(names);
  }

  /// Number of cells under each name of a column.
  Map<String, Long> count(String column, String rule) {
    var counts = new LinkedHashMap<String, Long>();
    names(column, rule).forEach(name -> counts.put(name, 0L));
    for (var file : files) {
      var values = column(file, column, rule);
      for (int cell = 0; cell < values.size(); cell++) {
        counts.merge(entry(values, cell, column, rule), 1L, Long::sum);
      }
    }
    return counts;
  }

  /// The files with the entries of one column renamed; counts are shared, not copied.
  SiteData renamed(
      String column, String rule, List<String> categories, UnaryOperator<String> name) {
    var codes = new LinkedHashMap<String, Integer>();
    for (var category : categories) {
      codes.put(category, codes.size());
    }
    var changed = new ArrayList<AnnData>();
    for (var file : files) {
      var values = column(file, column, rule);
      var renamed = new int[values.size()];
      for (int cell = 0; cell < renamed.length; cell++) {
        var code = codes.get(name.apply(entry(values, cell, column, rule)));
        if (code == null) {
          throw new ContractException(
              rule, "column '%s' holds a name that the run does not know".formatted(column));
        }
        renamed[cell] = code;
      }
      changed.add(
          file.withObs(
              file.obs().with(column, new Column.Categorical(renamed, categories, false))));
    }
    return new SiteData(changed);
  }

  private static Column column(AnnData file, String name, String rule) {
    return file.obs()
        .column(name)
        .orElseThrow(() ->
            new ContractException(
                rule,
                "a data file has no column '%s'; it has %s"
                    .formatted(name, file.obs().columns().keySet())));
  }

  private static String entry(Column values, int cell, String column, String rule) {
    @Nullable String entry = values.text(cell);
    if (entry == null) {
      throw new ContractException(
          rule, "column '%s' has no entry for cell %d".formatted(column, cell));
    }
    return entry;
  }

  @Override
  public void close() {
    files.forEach(AnnData::close);
  }
}
