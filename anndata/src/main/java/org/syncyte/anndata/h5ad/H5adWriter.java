package org.syncyte.anndata.h5ad;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Writes `AnnData` as the tree that anndata 0.8 and later read.
final class H5adWriter {
  private final H5Out out;
  private final ElementWriter elements;

  private H5adWriter(H5Out out) {
    this.out = out;
    this.elements = new ElementWriter(out);
  }

  static void write(AnnData data, Path path) {
    var target = path.toAbsolutePath();
    var parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new IllegalArgumentException("no such folder to write to: " + parent);
    }
    // Not createTempFile: its owner-only permissions would stay with the file.
    var partial =
        parent.resolve(
            ".%s.%s.partial"
                .formatted(target.getFileName(), UUID.randomUUID().toString().substring(0, 8)));
    try {
      try (var out = new H5Out(partial)) {
        new H5adWriter(out).tree(data);
        try (var disk =
            FileChannel.open(partial, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
          out.save(disk);
          disk.force(true);
        }
      }
      replace(partial, target);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written, what was there is unchanged: %s".formatted(target, e.getMessage()),
          e);
    } finally {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException _) {
        partial.toFile().deleteOnExit();
      }
    }
  }

  private static void replace(Path partial, Path target) throws IOException {
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }
    // Makes the new name durable too, where folders can be opened.
    try (var folder =
        FileChannel.open(target.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException _) {
      return;
    }
  }

  private void tree(AnnData data) {
    long root = out.root();
    out.encoding(root, "anndata", "0.1.0");
    if (data.x() != null) {
      elements.matrix(root, "X", data.x());
    }
    elements.frame(root, "obs", data.obs());
    elements.frame(root, "var", data.var());
    matrices(root, "layers", data.layers());
    matrices(root, "obsm", data.obsm(), data.obs());
    matrices(root, "varm", data.varm(), data.var());
    matrices(root, "obsp", data.obsp());
    matrices(root, "varp", Map.of());
    elements.mapping(root, "uns", data.uns(), 0);
    var raw = data.raw();
    if (raw != null) {
      long group = out.group(root, "raw");
      out.encoding(group, "raw", "0.1.0");
      elements.matrix(group, "X", raw.x());
      DataFrame var = raw.var();
      elements.frame(group, "var", var);
      matrices(group, "varm", raw.varm(), var);
      out.closeGroup(group);
    }
  }

  /// A matrix whose columns have names is a table in a file, with the names of its rows.
  private void matrices(long parent, String name, Map<String, Matrix> matrices, DataFrame rows) {
    long group = out.group(parent, name);
    out.encoding(group, "dict", "0.1.0");
    matrices.forEach((key, matrix) -> {
      if (matrix instanceof Dense dense && dense.names() != null && writable(dense.names())) {
        elements.frame(group, key, table(dense, dense.names(), rows));
      } else {
        elements.matrix(group, key, matrix);
      }
    });
    out.closeGroup(group);
  }

  // A table has a node for each column: no two of one name, no path, and not too many.
  private static boolean writable(List<String> names) {
    return names.size() <= 1000
        && new HashSet<>(names).size() == names.size()
        && names.stream()
            .noneMatch(name -> name.isEmpty() || name.startsWith("_") || name.contains("/"));
  }

  private static DataFrame table(Dense dense, List<String> names, DataFrame rows) {
    var columns = new LinkedHashMap<String, Column>();
    for (int c = 0; c < names.size(); c++) {
      var values = new double[dense.rows()];
      for (int r = 0; r < values.length; r++) {
        values[r] = dense.at(r, c);
      }
      columns.put(names.get(c), new Column.Floats(values, true));
    }
    return new DataFrame(rows.index(), columns);
  }

  private void matrices(long parent, String name, Map<String, Matrix> matrices) {
    long group = out.group(parent, name);
    out.encoding(group, "dict", "0.1.0");
    matrices.forEach((key, matrix) -> elements.matrix(group, key, matrix));
    out.closeGroup(group);
  }
}
