package org.syncyte.anndata.h5ad;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;

/// Tables of a file, in the layout of today (each column an element of its own type) and of anndata
/// 0.7 (code columns beside a `__categories` group).
final class Frames {
  private final H5File file;

  Frames(H5File file) {
    this.file = file;
  }

  DataFrame read(Node node) {
    if (!(node instanceof Group group)) {
      throw file.problem(
          node.getPath(),
          "is a table in the form of anndata before 0.7; open and save the file with a newer"
              + " anndata");
    }
    var indexName = file.text(group, "_index");
    if (indexName == null) {
      throw file.problem(group.getPath(), "is not a table: it has no attribute '_index'");
    }
    var index = index(group, indexName);
    var order = file.texts(group, "column-order");
    var names = order == null ? columnNames(group, indexName) : order;
    if (new HashSet<>(names).size() != names.size()) {
      throw file.problem(group.getPath(), "names a column twice: " + names);
    }
    var columns = new LinkedHashMap<String, Column>();
    for (var name : names) {
      var child = H5File.child(group, name);
      if (child == null) {
        throw file.problem(group.getPath(), "lists column '%s' but lacks it".formatted(name));
      }
      var column = column(group, name, child);
      if (column.size() != index.size()) {
        throw file.problem(
            child.getPath(),
            "has %d entries, the table has %d rows".formatted(column.size(), index.size()));
      }
      columns.put(name, column);
    }
    return new DataFrame(index, columns);
  }

  /// Whether no column is text, so that the table can stand for a matrix.
  boolean numeric(Group group) {
    return read(group).columns().values().stream().noneMatch(Column.Strings.class::isInstance);
  }

  private static List<String> columnNames(Group group, String indexName) {
    return group.getChildren().keySet().stream()
        .filter(name -> !name.equals(indexName) && !name.equals("__categories"))
        .toList();
  }

  private List<String> index(Group group, String name) {
    var child = H5File.child(group, name);
    if (child == null) {
      throw file.problem(group.getPath(), "lacks its row names '%s'".formatted(name));
    }
    var column = column(group, name, child);
    var names = new ArrayList<String>(column.size());
    for (int i = 0; i < column.size(); i++) {
      var text = column.text(i);
      if (text == null) {
        throw file.problem(child.getPath(), "row name %d is missing".formatted(i));
      }
      names.add(text);
    }
    return names;
  }

  private Column column(Group parent, String name, Node node) {
    if (node instanceof Dataset dataset
        && H5File.child(parent, "__categories") instanceof Group old
        && H5File.child(old, name) instanceof Dataset categories) {
      var ordered = file.longs(categories, "ordered");
      return categorical(
          file.array(dataset),
          file.array(categories),
          ordered != null && ordered.length > 0 && ordered[0] != 0);
    }
    return column(node);
  }

  /// A column, or any element that can stand for one.
  Column column(Node node) {
    return switch (node) {
      case Dataset dataset -> plain(file.array(dataset));
      case Group group -> grouped(group);
      default -> throw file.problem(node.getPath(), "is a link that leads nowhere");
    };
  }

  private Column plain(H5Array array) {
    array.length();
    return switch (array.type.kind()) {
      case BOOL -> new Column.Bools(array.booleans(), null);
      case INT -> new Column.Ints(array.longs(), null);
      case FLOAT -> new Column.Floats(array.doubles(), array.type.width() <= 4);
      case FIXED_TEXT, HEAP_TEXT -> new Column.Strings(array.strings());
    };
  }

  private Column grouped(Group group) {
    var encoding = file.text(group, "encoding-type");
    return switch (encoding) {
      case "categorical" -> {
        var ordered = file.longs(group, "ordered");
        yield categorical(
            file.array(group, "codes"),
            H5File.child(group, "categories"),
            group,
            ordered != null && ordered.length > 0 && ordered[0] != 0);
      }
      case "nullable-integer", "nullable-boolean", "nullable-string-array" -> nullable(group);
      case null, default ->
          throw file.problem(
              group.getPath(), "is of type '%s', which is no column".formatted(encoding));
    };
  }

  private Column nullable(Group group) {
    var values = plain(file.array(group, "values"));
    var mask = file.array(group, "mask").booleans();
    if (mask.length != values.size()) {
      throw file.problem(group.getPath(), "its mask is not as long as its values");
    }
    return switch (values) {
      case Column.Ints ints -> new Column.Ints(ints.values(), mask);
      case Column.Bools bools -> new Column.Bools(bools.values(), mask);
      case Column.Strings strings -> {
        var masked = new @Nullable String[mask.length];
        for (int i = 0; i < mask.length; i++) {
          masked[i] = mask[i] ? null : strings.values()[i];
        }
        yield new Column.Strings(masked);
      }
      case Column.Floats floats -> {
        var masked = floats.values().clone();
        for (int i = 0; i < mask.length; i++) {
          masked[i] = mask[i] ? Double.NaN : masked[i];
        }
        yield new Column.Floats(masked, floats.single());
      }
      case Column.Categorical _ -> throw file.problem(group.getPath(), "has coded values");
    };
  }

  private Column categorical(
      H5Array codes, @Nullable Node categories, Group group, boolean ordered) {
    if (categories == null) {
      throw file.problem(group.getPath(), "has codes but no categories");
    }
    return categorical(codes, column(categories), ordered);
  }

  private Column categorical(H5Array codes, H5Array categories, boolean ordered) {
    return categorical(codes, plain(categories), ordered);
  }

  private Column categorical(H5Array codes, Column names, boolean ordered) {
    codes.length();
    var numbers = codes.ints();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] < -1 || numbers[i] >= names.size()) {
        throw file.problem(
            codes.element,
            "code %d of entry %d is not one of %d categories"
                .formatted(numbers[i], i, names.size()));
      }
    }
    var categories = new ArrayList<String>(names.size());
    for (int i = 0; i < names.size(); i++) {
      var text = names.text(i);
      categories.add(text == null ? "nan" : text);
    }
    return new Column.Categorical(numbers, categories, ordered);
  }
}
