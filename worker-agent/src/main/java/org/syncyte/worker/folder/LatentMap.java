package org.syncyte.worker.folder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.privacy.MapRules;

/// A picture of the published cells, within [MapRules]: x and y are the first two principal
/// components of the posterior means.
///
/// Of more cells than a map may hold a sample is taken, the same one every time. A column that
/// would make the map too large, or that no reader would show, is left out and named.
public final class LatentMap {
  private static final JsonFactory JSON = new JsonFactory();

  /// Digits of a number: a step of a screen of 2,000 pixels is far coarser.
  private static final int DIGITS = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Consumer<String> notes;
  private final int[] cells;

  private LatentMap(int[] cells, Consumer<String> notes) {
    this.cells = cells;
    this.notes = notes;
  }

  /// @param latent posterior means (cells, dimensions)
  /// @param notes told what was left out
  public static byte[] json(AnnData cells, Dense latent, Consumer<String> notes) {
    var chosen = chosen(cells.cells());
    if (chosen.length < cells.cells()) {
      notes.accept(
          "the map shows %,d of %,d cells, drawn at random"
              .formatted(chosen.length, cells.cells()));
    }
    try {
      return new LatentMap(chosen, notes).json(cells, PrincipalComponents.of(latent));
    } catch (IOException e) {
      throw new UncheckedIOException("numbers have a JSON form", e);
    }
  }

  private static int[] chosen(int all) {
    if (all <= MapRules.MAX_CELLS) {
      return IntStream.range(0, all).toArray();
    }
    var order = IntStream.range(0, all).toArray();
    var random = new Random(0);
    for (int i = 0; i < MapRules.MAX_CELLS; i++) {
      int j = i + random.nextInt(all - i);
      int kept = order[j];
      order[j] = order[i];
      order[i] = kept;
    }
    var chosen = Arrays.copyOf(order, MapRules.MAX_CELLS);
    Arrays.sort(chosen);
    return chosen;
  }

  private byte[] json(AnnData data, float[][] places) throws IOException {
    write("{\"x\":", at -> places[0][at], "");
    write(",\"y\":", at -> places[1][at], ",\"of\":" + data.cells());
    var categories = new LinkedHashMap<String, Column.Categorical>();
    var numbers = new LinkedHashMap<String, Column>();
    data.obs()
        .columns()
        .forEach((name, whole) -> {
          var column = whole.at(cells);
          if (column instanceof Column.Floats || column instanceof Column.Ints) {
            choose(name, column, Map.of(), numbers);
          } else {
            var coded = coded(name, column);
            if (coded != null) {
              choose(name, coded, counts(coded), categories);
            }
          }
        });
    text(",\"obs\":{");
    var between = "";
    for (var entry : categories.entrySet()) {
      between = add(between, entry.getKey(), entry.getValue());
    }
    text("},\"numbers\":{");
    between = "";
    for (var entry : numbers.entrySet()) {
      between = add(between, entry.getKey(), entry.getValue());
    }
    text("}}");
    return bytes.toByteArray();
  }

  private <T extends Column> void choose(
      String name, T column, Map<String, Integer> counts, Map<String, T> chosen) {
    if (MapRules.hidden(name, counts, cells.length, counts.isEmpty())) {
      return;
    }
    if (chosen.size() == MapRules.MAX_COLUMNS) {
      notes.accept(
          "obs column '%s' is not on the map, which holds %d of its kind"
              .formatted(name, MapRules.MAX_COLUMNS));
    } else {
      chosen.put(name, column);
    }
  }

  /// The column as the categories that occur in it, or null if there are too many.
  private Column.@Nullable Categorical coded(String name, Column column) {
    var positions = new TreeMap<String, Integer>();
    var codes = new int[column.size()];
    List<String> names;
    if (column instanceof Column.Categorical(var old, var all, var _)
        && all.size() <= MapRules.MAX_CATEGORIES) {
      names = all;
      System.arraycopy(old, 0, codes, 0, codes.length);
    } else {
      for (int i = 0; i < codes.length && positions.size() <= MapRules.MAX_CATEGORIES; i++) {
        var text = column.text(i);
        if (text != null) {
          positions.putIfAbsent(text, 0);
        }
      }
      names = List.copyOf(positions.keySet());
      for (int i = 0; i < names.size(); i++) {
        positions.put(names.get(i), i);
      }
      for (int i = 0; i < codes.length; i++) {
        var text = column.text(i);
        codes[i] = text == null ? -1 : positions.getOrDefault(text, -1);
      }
    }
    if (names.size() > MapRules.MAX_CATEGORIES) {
      if (!name.startsWith("_scvi_")) {
        notes.accept(
            "obs column '%s' is not on the map: it has more than %,d categories"
                .formatted(name, MapRules.MAX_CATEGORIES));
      }
      return null;
    }
    return new Column.Categorical(codes, names, false);
  }

  private static Map<String, Integer> counts(Column.Categorical column) {
    var cells = new int[column.categories().size()];
    for (int code : column.codes()) {
      if (code >= 0) {
        cells[code]++;
      }
    }
    var counts = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] > 0) {
        counts.put(column.categories().get(i), cells[i]);
      }
    }
    return counts;
  }

  /// Adds a column unless the file would be larger than readers take.
  private String add(String between, String name, Column column) throws IOException {
    var part = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(part)) {
      switch (column) {
        case Column.Categorical(var codes, var names, var _) -> {
          json.writeStartObject();
          json.writeFieldName("codes");
          json.writeArray(codes, 0, codes.length);
          json.writeFieldName("categories");
          json.writeArray(names.toArray(String[]::new), 0, names.size());
          json.writeEndObject();
        }
        case Column.Floats(var values, var _) -> numbers(json, at -> values[at]);
        case Column.Ints(var values, var missing) ->
            numbers(json, at -> missing != null && missing[at] ? Double.NaN : (double) values[at]);
        case Column.Bools _, Column.Strings _ -> throw new IllegalStateException(name);
      }
    }
    if (bytes.size() + part.size() + 2_000 > MapRules.MAX_BYTES) {
      notes.accept(
          "obs column '%s' is not on the map, which would be larger than %d MiB"
              .formatted(name, MapRules.MAX_BYTES >> 20));
      return between;
    }
    text(between);
    try (var key = JSON.createGenerator(bytes).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      key.writeString(name);
    }
    text(":");
    part.writeTo(bytes);
    return ",";
  }

  private interface Numbers {
    double at(int cell);
  }

  private void write(String before, Numbers values, String after) throws IOException {
    text(before);
    try (var json = JSON.createGenerator(bytes).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      numbers(json, at -> values.at(cells[at]));
    }
    text(after);
  }

  private void numbers(JsonGenerator json, Numbers values) throws IOException {
    json.writeStartArray();
    for (int at = 0; at < cells.length; at++) {
      double value = values.at(at);
      if (Double.isFinite((float) value)) {
        json.writeNumber(rounded(value));
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  private static float rounded(double value) {
    if (value == 0) {
      return 0;
    }
    double unit = Math.pow(10, DIGITS - Math.ceil(Math.log10(Math.abs(value))));
    double found = Math.rint(value * unit) / unit;
    return Double.isFinite(found) ? (float) found : (float) value;
  }

  private void text(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
