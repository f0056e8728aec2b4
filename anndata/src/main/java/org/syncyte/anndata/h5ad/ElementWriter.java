package org.syncyte.anndata.h5ad;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csc;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.h5ad.H5Out.Element;

/// Writes elements of every kind with their encoding attributes.
///
/// A matrix that stays in a file passes through block by block, so that it may be larger than
/// memory.
final class ElementWriter {
  private static final int MOST = 1 << 16;

  private final H5Out out;

  ElementWriter(H5Out out) {
    this.out = out;
  }

  void matrix(long parent, String name, Matrix matrix) {
    key(name);
    switch (matrix) {
      case Dense dense ->
          array(
              parent,
              name,
              Element.FLOAT32,
              new long[] {dense.rows(), dense.columns()},
              bytes(dense.values()),
              "array");
      case Csr csr ->
          sparse(parent, name, "csr_matrix", csr, csr.indptr(), csr.indices(), csr.values());
      case Csc csc ->
          sparse(parent, name, "csc_matrix", csc, csc.indptr(), csc.indices(), csc.values());
      case BackedCsc csc -> matrix(parent, name, csc.read());
      case BackedDense dense -> dense(parent, name, dense);
      case Backed backed -> rows(parent, name, backed);
    }
  }

  private void dense(long parent, String name, BackedDense dense) {
    if (dense.rows() <= Blocks.rows(dense, MOST)) {
      matrix(parent, name, dense.toDense());
      return;
    }
    try (var array =
        out.growing(parent, name, Element.FLOAT32, new long[] {dense.rows(), dense.columns()})) {
      Blocks.walk(
          dense, MOST, (block, cells) -> array.add(cells.length, bytes(block.toDense().values())));
      array.finish();
      out.encoding(array.id(), "array", "0.2.0");
    }
  }

  private void rows(long parent, String name, Backed rows) {
    if (rows.rows() <= Blocks.rows(rows, MOST)) {
      matrix(parent, name, rows.toCsr());
      return;
    }
    long group = out.group(parent, name);
    out.encoding(group, "csr_matrix", "0.1.0");
    out.attribute(group, "shape", rows.rows(), rows.columns());
    var indptr = new long[rows.rows() + 1];
    long[] most = {rows.stored()};
    boolean narrow = most[0] <= Integer.MAX_VALUE;
    try (var data = out.growing(group, "data", Element.FLOAT32, most);
        var indices = out.growing(group, "indices", narrow ? Element.INT32 : Element.INT64, most)) {
      Blocks.walk(
          rows,
          MOST,
          (block, cells) -> {
            data.add(block.stored(), bytes(block.values()));
            indices.add(
                block.stored(), narrow ? bytes(block.indices()) : bytes(wide(block.indices())));
            for (int r = 0; r < cells.length; r++) {
              indptr[cells[r] + 1] = indptr[cells[0]] + block.indptr()[r + 1];
            }
          });
      data.finish();
      indices.finish();
    }
    indptr(group, indptr, narrow);
    out.closeGroup(group);
  }

  private static long[] wide(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  // scipy wants indices and indptr of one type.
  private void indptr(long group, long[] indptr, boolean narrow) {
    if (narrow) {
      var entries = Arrays.stream(indptr).mapToInt(Math::toIntExact).toArray();
      bare(group, "indptr", Element.INT32, entries.length, bytes(entries));
    } else {
      bare(group, "indptr", Element.INT64, indptr.length, bytes(indptr));
    }
  }

  private void sparse(
      long parent,
      String name,
      String type,
      Matrix matrix,
      long[] indptr,
      int[] indices,
      float[] values) {
    long group = out.group(parent, name);
    out.encoding(group, type, "0.1.0");
    out.attribute(group, "shape", matrix.rows(), matrix.columns());
    bare(group, "data", Element.FLOAT32, values.length, bytes(values));
    bare(group, "indices", Element.INT32, indices.length, bytes(indices));
    indptr(group, indptr, true);
    out.closeGroup(group);
  }

  private void bare(long parent, String name, Element element, int length, Deflated.Source source) {
    out.closeArray(out.array(parent, name, element, new long[] {length}, source));
  }

  private void array(
      long parent,
      String name,
      Element element,
      long[] shape,
      Deflated.Source source,
      String encoding) {
    long array = out.array(parent, name, element, shape, source);
    out.encoding(array, encoding, "0.2.0");
    out.closeArray(array);
  }

  private void strings(long parent, String name, List<String> values) {
    long array = out.texts(parent, name, values, new long[] {values.size()});
    out.encoding(array, "string-array", "0.2.0");
    out.closeArray(array);
  }

  void frame(long parent, String name, DataFrame frame) {
    long group = out.group(parent, name);
    out.encoding(group, "dataframe", "0.2.0");
    out.attribute(group, "_index", "_index");
    if (frame.columns().size() > 4000) {
      throw new IllegalArgumentException(
          "%s has %d columns; a table of a file holds at most 4000"
              .formatted(name, frame.columns().size()));
    }
    out.attribute(group, "column-order", List.copyOf(frame.columns().keySet()));
    strings(group, "_index", frame.index());
    frame
        .columns()
        .forEach((column, values) -> {
          if (column.equals("_index")) {
            throw new IllegalArgumentException(
                "%s: the column name '_index' is reserved".formatted(name));
          }
          column(group, column, values);
        });
    out.closeGroup(group);
  }

  void column(long parent, String name, Column column) {
    key(name);
    switch (column) {
      case Column.Strings strings -> texts(parent, name, strings);
      case Column.Categorical coded -> categorical(parent, name, coded);
      case Column.Floats floats when floats.single() -> {
        var single = new float[floats.size()];
        for (int i = 0; i < single.length; i++) {
          single[i] = (float) floats.values()[i];
        }
        array(parent, name, Element.FLOAT32, new long[] {single.length}, bytes(single), "array");
      }
      case Column.Floats floats ->
          array(
              parent,
              name,
              Element.FLOAT64,
              new long[] {floats.size()},
              bytes(floats.values()),
              "array");
      case Column.Ints ints -> {
        var missing = ints.missing();
        if (missing == null) {
          longs(parent, name, ints.values());
        } else {
          long group = out.group(parent, name);
          out.encoding(group, "nullable-integer", "0.1.0");
          longs(group, "values", ints.values());
          bools(group, "mask", missing);
          out.closeGroup(group);
        }
      }
      case Column.Bools bools -> {
        var missing = bools.missing();
        if (missing == null) {
          bools(parent, name, bools.values());
        } else {
          long group = out.group(parent, name);
          out.encoding(group, "nullable-boolean", "0.1.0");
          bools(group, "values", bools.values());
          bools(group, "mask", missing);
          out.closeGroup(group);
        }
      }
    }
  }

  // anndata 0.8 has no text column with gaps, but a category may be missing.
  private void texts(long parent, String name, Column.Strings strings) {
    var values = strings.values();
    if (Stream.of(values).allMatch(java.util.Objects::nonNull)) {
      strings(parent, name, List.of(present(values)));
      return;
    }
    var categories = Stream.of(values).filter(v -> v != null).distinct().sorted().toList();
    var codes = new int[values.length];
    for (int i = 0; i < codes.length; i++) {
      var value = values[i];
      codes[i] = value == null ? -1 : java.util.Collections.binarySearch(categories, value);
    }
    categorical(parent, name, new Column.Categorical(codes, present(categories), false));
  }

  private static String[] present(@Nullable String[] values) {
    return Stream.of(values).map(v -> v == null ? "" : v).toArray(String[]::new);
  }

  private static List<String> present(Collection<@Nullable String> values) {
    return values.stream().map(v -> v == null ? "" : v).toList();
  }

  private void categorical(long parent, String name, Column.Categorical column) {
    long group = out.group(parent, name);
    out.encoding(group, "categorical", "0.2.0");
    out.attribute(group, "ordered", column.ordered());
    strings(group, "categories", column.categories());
    var codes = column.codes();
    int count = column.categories().size();
    var element = count <= 127 ? Element.INT8 : count <= 32767 ? Element.INT16 : Element.INT32;
    array(
        group,
        "codes",
        element,
        new long[] {codes.length},
        (from, length) -> {
          var bytes = buffer(length);
          for (int i = (int) (from / element.width); bytes.hasRemaining(); i++) {
            switch (element.width) {
              case 1 -> bytes.put((byte) codes[i]);
              case 2 -> bytes.putShort((short) codes[i]);
              default -> bytes.putInt(codes[i]);
            }
          }
          return bytes.flip();
        },
        "array");
    out.closeGroup(group);
  }

  private void longs(long parent, String name, long[] values) {
    array(parent, name, Element.INT64, new long[] {values.length}, bytes(values), "array");
  }

  private void bools(long parent, String name, boolean[] values) {
    array(
        parent,
        name,
        Element.BOOL,
        new long[] {values.length},
        (from, length) -> {
          var bytes = buffer(length);
          for (int i = (int) from; bytes.hasRemaining(); i++) {
            bytes.put((byte) (values[i] ? 1 : 0));
          }
          return bytes.flip();
        },
        "array");
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Deflated.Source bytes(float[] values) {
    return (from, length) -> {
      var bytes = buffer(length);
      bytes.asFloatBuffer().put(values, (int) (from / 4), length / 4);
      return bytes;
    };
  }

  private static Deflated.Source bytes(int[] values) {
    return (from, length) -> {
      var bytes = buffer(length);
      bytes.asIntBuffer().put(values, (int) (from / 4), length / 4);
      return bytes;
    };
  }

  private static Deflated.Source bytes(long[] values) {
    return (from, length) -> {
      var bytes = buffer(length);
      bytes.asLongBuffer().put(values, (int) (from / 8), length / 8);
      return bytes;
    };
  }

  private static Deflated.Source bytes(double[] values) {
    return (from, length) -> {
      var bytes = buffer(length);
      bytes.asDoubleBuffer().put(values, (int) (from / 8), length / 8);
      return bytes;
    };
  }

  void mapping(long parent, String name, Map<?, ?> mapping, int depth) {
    if (depth > 30) {
      throw new IllegalArgumentException("uns is nested more than 30 deep at '" + name + "'");
    }
    long group = out.group(parent, name);
    out.encoding(group, "dict", "0.1.0");
    for (var entry : mapping.entrySet()) {
      var key = String.valueOf(entry.getKey());
      key(key);
      element(group, key, entry.getValue(), depth);
    }
    out.closeGroup(group);
  }

  private static void key(String name) {
    if (name.isEmpty() || name.contains("/") || name.equals(".")) {
      throw new IllegalArgumentException(
          "'%s' cannot be a key: keys are not empty and hold no '/'; rename it".formatted(name));
    }
  }

  private void element(long parent, String name, Object value, int depth) {
    switch (value) {
      case Map<?, ?> mapping -> mapping(parent, name, mapping, depth + 1);
      case String text -> {
        long array = out.texts(parent, name, List.of(text), new long[0]);
        out.encoding(array, "string", "0.2.0");
        out.closeArray(array);
      }
      case Boolean truth ->
          scalar(parent, name, Element.BOOL, buffer(1).put(0, (byte) (truth ? 1 : 0)));
      case Float number -> scalar(parent, name, Element.FLOAT32, buffer(4).putFloat(0, number));
      case Double number -> scalar(parent, name, Element.FLOAT64, buffer(8).putDouble(0, number));
      case Number number ->
          scalar(parent, name, Element.INT64, buffer(8).putLong(0, number.longValue()));
      case String[] texts -> strings(parent, name, Arrays.asList(texts));
      case double[] values -> column(parent, name, new Column.Floats(values, false));
      case float[] values ->
          array(parent, name, Element.FLOAT32, new long[] {values.length}, bytes(values), "array");
      case long[] values -> longs(parent, name, values);
      case int[] values ->
          array(parent, name, Element.INT32, new long[] {values.length}, bytes(values), "array");
      case boolean[] values -> bools(parent, name, values);
      case Column column -> column(parent, name, column);
      case Matrix matrix -> matrix(parent, name, matrix);
      case DataFrame frame -> frame(parent, name, frame);
      case Opaque _ -> {}
      default ->
          throw new IllegalArgumentException(
              "uns '%s' is a %s, which the format cannot hold"
                  .formatted(name, value.getClass().getSimpleName()));
    }
  }

  private void scalar(long parent, String name, Element element, ByteBuffer bytes) {
    array(
        parent,
        name,
        element,
        new long[0],
        (_, length) -> bytes.slice(0, length),
        "numeric-scalar");
  }
}
