package org.syncyte.anndata.h5ad;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Dense;

/// Unstructured elements: nested mappings of scalars, lists, matrices and tables. What is not known
/// becomes `Opaque` and does not stand in the way of the rest.
final class Elements {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_ELEMENTS = 100_000;

  private final H5File file;
  private final Frames frames;
  private final Matrices matrices;
  private int seen;

  Elements(H5File file, Frames frames, Matrices matrices) {
    this.file = file;
    this.frames = frames;
    this.matrices = matrices;
  }

  Map<String, Object> mapping(Group group, int depth) {
    if (depth > MAX_DEPTH) {
      throw file.problem(group.getPath(), "is nested more than %d deep".formatted(MAX_DEPTH));
    }
    var mapping = new LinkedHashMap<String, Object>();
    for (var child : group.getChildren().entrySet()) {
      if (++seen > MAX_ELEMENTS) {
        throw file.problem(group.getPath(), "has more than %d elements".formatted(MAX_ELEMENTS));
      }
      var value = element(child.getValue(), depth + 1);
      if (value != null) {
        mapping.put(child.getKey(), value);
      }
    }
    return mapping;
  }

  private @Nullable Object element(Node node, int depth) {
    var encoding =
        node instanceof Group group ? matrices.encoding(group) : file.text(node, "encoding-type");
    return switch (node) {
      case Dataset dataset -> array(dataset, encoding);
      case Group group when encoding == null || encoding.equals("dict") -> mapping(group, depth);
      case Group group when encoding.equals("dataframe") -> frames.read(group);
      case Group group when Matrices.sparse(encoding) -> matrices.read(group);
      case Group group when encoding.equals("categorical") || encoding.startsWith("nullable-") ->
          frames.column(group);
      default -> opaque(node, encoding);
    };
  }

  private @Nullable Object array(Dataset dataset, @Nullable String encoding) {
    if ("null".equals(encoding)) {
      return null;
    }
    if (dataset.isCompound() || "rec-array".equals(encoding) || "bytes".equals(encoding)) {
      return opaque(dataset, encoding);
    }
    var array = file.array(dataset);
    return switch (array.rank()) {
      case 0 -> scalar(array);
      case 1 ->
          switch (array.type.kind()) {
            case HEAP_TEXT, FIXED_TEXT -> array.strings();
            case BOOL -> array.booleans();
            case INT -> array.type.width() == 4 ? array.ints() : array.longs();
            case FLOAT -> array.type.width() == 8 ? array.doubles() : array.floats();
          };
      case 2 -> array.type.text() ? opaque(dataset, encoding) : dense(array);
      default -> opaque(dataset, encoding);
    };
  }

  private Opaque opaque(Node node, @Nullable String encoding) {
    return new Opaque(H5File.plain(node.getPath()), encoding, file.text(node, "encoding-version"));
  }

  private Dense dense(H5Array array) {
    var values = array.floats();
    return new Dense((int) array.shape[0], (int) array.shape[1], values);
  }

  private static Object scalar(H5Array array) {
    return switch (array.type.kind()) {
      case HEAP_TEXT, FIXED_TEXT -> array.strings()[0];
      case BOOL -> array.booleans()[0];
      case INT -> array.longs()[0];
      case FLOAT -> array.doubles()[0];
    };
  }
}
