package org.syncyte.web;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model's cells in two dimensions, with the columns they can be coloured by.
///
/// The file `latent_map.json` beside a model holds `{"x": [], "y": [], "obs": {"cell_type":
/// {"codes": [], "categories": []}, ...}, "numbers": {"n_genes": [], ...}}`; a code of -1 means
/// "not known", and so does a number that is null.
///
/// @param x first coordinate, one per cell
/// @param y second coordinate, one per cell
/// @param obs columns of categories by name
/// @param numbers columns of numbers by name
/// @param of how many cells there were before the map was thinned
public record LatentMap(
    float[] x, float[] y, Map<String, Coding> obs, Map<String, float[]> numbers, long of) {
  public LatentMap {
    if (x.length != y.length) {
      throw new IllegalArgumentException("x has " + x.length + " cells, y has " + y.length);
    }
    obs = Collections.unmodifiableMap(new LinkedHashMap<>(obs));
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    obs.forEach((name, coding) -> fits(name, coding.codes().length, "codes", x.length));
    numbers.forEach((name, values) -> fits(name, values.length, "numbers", x.length));
  }

  public LatentMap(float[] x, float[] y, Map<String, Coding> obs, Map<String, float[]> numbers) {
    this(x, y, obs, numbers, x.length);
  }

  public LatentMap(float[] x, float[] y, Map<String, Coding> obs) {
    this(x, y, obs, Map.of());
  }

  private static void fits(String name, int found, String what, int cells) {
    if (found != cells) {
      throw new IllegalArgumentException(
          "obs '" + name + "' has " + found + " " + what + " for " + cells + " cells");
    }
  }

  public int cells() {
    return x.length;
  }

  /// Names of all columns, those of categories first.
  public Set<String> columns() {
    var names = new LinkedHashSet<>(obs.keySet());
    names.addAll(numbers.keySet());
    return names;
  }

  /// Whether a column holds numbers.
  public boolean measured(String column) {
    return !obs.containsKey(column) && numbers.containsKey(column);
  }

  /// A column as categories; of numbers these are [Ranges].
  public Coding coding(String column) {
    var coding = obs.get(column);
    if (coding != null) {
      return coding;
    }
    var values = numbers.get(column);
    if (values == null) {
      throw new IllegalArgumentException("obs '" + column + "' is none of " + columns());
    }
    return Ranges.of(values).coding(values);
  }

  /// Bytes that the map takes in memory, roughly.
  public int weight() {
    return cells() * (8 + 2 * obs.size() + 4 * numbers.size());
  }

  /// A categorical column.
  public record Coding(short[] codes, List<String> categories) {
    public Coding {
      categories = List.copyOf(categories);
      for (var code : codes) {
        if (code < -1 || code >= categories.size()) {
          throw new IllegalArgumentException(
              "code " + code + " names none of " + categories.size() + " categories");
        }
      }
    }

    public Coding(int[] codes, List<String> categories) {
      this(narrowed(codes), categories);
    }

    private static short[] narrowed(int[] codes) {
      var narrow = new short[codes.length];
      for (var i = 0; i < codes.length; i++) {
        if ((short) codes[i] != codes[i]) {
          throw new IllegalArgumentException(
              "code " + codes[i] + " is beyond the " + Short.MAX_VALUE + " that there may be");
        }
        narrow[i] = (short) codes[i];
      }
      return narrow;
    }

    /// Cells per category.
    public long[] counts() {
      var counts = new long[categories.size()];
      for (var code : codes) {
        if (code >= 0) {
          counts[code]++;
        }
      }
      return counts;
    }
  }

  /// Eight ranges of equal width over the middle 98 % of a column; the outer ones are open, so that
  /// a few extreme cells do not take the colours from all others.
  ///
  /// @param low where the first range ends if it were closed
  /// @param high the same for the last one
  public record Ranges(float low, float high) {
    public static final int COUNT = 8;

    public static Ranges of(float[] values) {
      var known = new float[values.length];
      var count = 0;
      for (var value : values) {
        if (Float.isFinite(value)) {
          known[count++] = value;
        }
      }
      if (count == 0) {
        return new Ranges(0, 0);
      }
      Arrays.sort(known, 0, count);
      var low = known[(int) (0.01 * (count - 1))];
      var high = known[(int) Math.ceil(0.99 * (count - 1))];
      return low < high ? new Ranges(low, high) : new Ranges(known[0], known[count - 1]);
    }

    int range(float value) {
      if (!Float.isFinite(value)) {
        return -1;
      }
      if (!(high > low)) {
        return 0;
      }
      var share = ((double) value - low) / ((double) high - low);
      return (int) Math.clamp(Math.floor(share * COUNT), 0, COUNT - 1);
    }

    Coding coding(float[] values) {
      var codes = new short[values.length];
      for (var i = 0; i < codes.length; i++) {
        codes[i] = (short) range(values[i]);
      }
      return new Coding(codes, names());
    }

    List<String> names() {
      if (!(high > low)) {
        return List.of(Figures.decimal(low));
      }
      var names = new String[COUNT];
      for (var i = 0; i < COUNT; i++) {
        var from = Figures.decimal(low + ((double) high - low) * i / COUNT);
        var to = Figures.decimal(low + ((double) high - low) * (i + 1) / COUNT);
        names[i] =
            i == 0 ? "below " + to : i == COUNT - 1 ? from + " and above" : from + " to " + to;
      }
      return List.of(names);
    }
  }
}
