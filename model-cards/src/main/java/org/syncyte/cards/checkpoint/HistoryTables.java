package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Pickled.Call;
import org.syncyte.cards.checkpoint.Pickled.Dict;
import org.syncyte.cards.checkpoint.Pickled.Tuple;

/// The training history inside a saved model: pandas data frames of numbers, in the layouts of
/// pandas 1 to 3 and in that of the public constructor. A frame of another shape is unreadable, not
/// an error: it must not hide the weights.
final class HistoryTables {
  private final PlainValues values;
  private final int depth;

  HistoryTables(PlainValues values, int depth) {
    this.values = values;
    this.depth = depth;
  }

  static boolean isFrame(Call call) {
    return call.target.is("pandas.core.frame", "DataFrame")
        || call.target.is("pandas", "DataFrame");
  }

  /// Columns by name, each a list of numbers; null if the layout is unfamiliar.
  @Nullable Map<String, @Nullable Object> read(Call frame) throws IOException {
    if (frame.state instanceof Dict state && state.get("_mgr") instanceof Call manager) {
      return blocks(manager);
    }
    if (!frame.args.isEmpty() && frame.args.getFirst() instanceof Dict columns) {
      var table = new LinkedHashMap<String, @Nullable Object>();
      for (int i = 0; i < columns.keys.size(); i++) {
        if (columns.keys.get(i) instanceof String name) {
          table.put(name, values.part(columns.values.get(i), depth));
        }
      }
      return table;
    }
    return null;
  }

  private @Nullable Map<String, @Nullable Object> blocks(Call manager) throws IOException {
    if (manager.args.size() < 2
        || !(manager.args.get(0) instanceof Tuple(var blocks))
        || !(manager.args.get(1) instanceof List<?> axes)
        || axes.isEmpty()
        || !(axes.getFirst() instanceof Call index)) {
      return null;
    }
    var names = names(index);
    if (names == null) {
      return null;
    }
    var found = new @Nullable Object[names.size()];
    for (var block : blocks) {
      if (!(block instanceof Call call)
          || call.args.size() < 2
          || !(call.args.get(1) instanceof Call slice)
          || !slice.target.name().equals("slice")
          || slice.args.size() != 3
          || !(slice.args.get(0) instanceof Long start)
          || !(slice.args.get(2) instanceof Long step)) {
        return null;
      }
      var rows = rows(values.part(call.args.getFirst(), depth));
      if (rows == null) {
        return null;
      }
      for (int i = 0; i < rows.size(); i++) {
        long column = start + i * step;
        if (column < 0 || column >= found.length) {
          return null;
        }
        found[(int) column] = rows.get(i);
      }
    }
    var table = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        return null;
      }
      table.put(names.get(i), found[i]);
    }
    return table;
  }

  private @Nullable List<String> names(Call index) throws IOException {
    if (index.args.size() < 2 || !(index.args.get(1) instanceof Dict fields)) {
      return null;
    }
    var data = fields.get("data");
    // pandas 3 wraps the array of names in a string array, whose state holds it.
    if (data instanceof Call wrapper && wrapper.state instanceof Tuple(var state)) {
      for (var part : state) {
        if (!NumpyArrays.isArray(wrapper)
            && part instanceof Call inner
            && NumpyArrays.isArray(inner)) {
          data = inner;
        }
      }
    }
    var names = new ArrayList<String>();
    if (!(values.part(data, depth) instanceof List<?> items)) {
      return null;
    }
    for (var item : items) {
      if (!(item instanceof String name)) {
        return null;
      }
      names.add(name);
    }
    return names;
  }

  /// The rows of a two-dimensional block of numbers.
  private static @Nullable List<List<@Nullable Object>> rows(@Nullable Object block) {
    var rows = new ArrayList<List<@Nullable Object>>();
    switch (block) {
      case Tensor tensor when tensor.shape().length == 2 -> {
        int columns = (int) tensor.shape()[1];
        for (int r = 0; r < tensor.shape()[0]; r++) {
          var row = new ArrayList<@Nullable Object>();
          for (int c = 0; c < columns; c++) {
            int at = r * columns + c;
            row.add(
                switch (tensor) {
                  case Tensor.Floats(_, var floats) -> (Object) (double) floats[at];
                  case Tensor.Longs(_, var longs) -> (Object) longs[at];
                });
          }
          rows.add(row);
        }
      }
      case List<?> list -> {
        for (var item : list) {
          if (!(item instanceof List<?> row)) {
            return null;
          }
          rows.add(new ArrayList<>(row));
        }
      }
      case null, default -> {
        return null;
      }
    }
    return rows;
  }
}
