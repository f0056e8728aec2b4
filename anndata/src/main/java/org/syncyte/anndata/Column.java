package org.syncyte.anndata;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One column of a data frame. A missing entry is `null` in `Strings`, code `-1` in `Categorical`,
/// `NaN` in `Floats`, and `true` in the mask of `Ints` and `Bools`.
public sealed interface Column {
  int size();

  /// The entries at `rows`, in that order.
  Column at(int[] rows);

  /// The entry as text, or null when it is missing.
  @Nullable String text(int row);

  /// Free text, one entry per row.
  record Strings(@Nullable String[] values) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public Strings at(int[] rows) {
      var chosen = new @Nullable String[rows.length];
      for (int i = 0; i < rows.length; i++) {
        chosen[i] = values[rows[i]];
      }
      return new Strings(chosen);
    }

    @Override
    public @Nullable String text(int row) {
      return values[row];
    }
  }

  /// Codes into a list of categories; unused categories count.
  record Categorical(int[] codes, List<String> categories, boolean ordered) implements Column {
    public Categorical {
      categories = List.copyOf(categories);
    }

    @Override
    public int size() {
      return codes.length;
    }

    @Override
    public Categorical at(int[] rows) {
      var chosen = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        chosen[i] = codes[rows[i]];
      }
      return new Categorical(chosen, categories, ordered);
    }

    @Override
    public @Nullable String text(int row) {
      return codes[row] < 0 ? null : categories.get(codes[row]);
    }
  }

  /// Floating-point numbers; `single` remembers that the file held float32.
  record Floats(double[] values, boolean single) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public Floats at(int[] rows) {
      var chosen = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        chosen[i] = values[rows[i]];
      }
      return new Floats(chosen, single);
    }

    @Override
    public @Nullable String text(int row) {
      return Double.isNaN(values[row]) ? null : Double.toString(values[row]);
    }
  }

  /// Whole numbers; `missing` is null when the column cannot hold missing entries.
  record Ints(long[] values, boolean @Nullable [] missing) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public Ints at(int[] rows) {
      var chosen = new long[rows.length];
      for (int i = 0; i < rows.length; i++) {
        chosen[i] = values[rows[i]];
      }
      return new Ints(chosen, Masks.at(missing, rows));
    }

    @Override
    public @Nullable String text(int row) {
      return missing != null && missing[row] ? null : Long.toString(values[row]);
    }
  }

  /// Truth values; `missing` is null when the column cannot hold missing entries.
  record Bools(boolean[] values, boolean @Nullable [] missing) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public Bools at(int[] rows) {
      var chosen = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        chosen[i] = values[rows[i]];
      }
      return new Bools(chosen, Masks.at(missing, rows));
    }

    @Override
    public @Nullable String text(int row) {
      return missing != null && missing[row] ? null : values[row] ? "True" : "False";
    }
  }
}
