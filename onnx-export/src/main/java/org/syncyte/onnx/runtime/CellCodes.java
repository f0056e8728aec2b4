package org.syncyte.onnx.runtime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.DataFrame;
import org.syncyte.cards.checkpoint.Tensor;

/// Batch codes and covariates of cells, in the categories of a model.
///
/// A cell whose category the model does not know takes the neutral one: `federation`, which all
/// sites of a federated model train together, else the first. Where the encoder does not see
/// covariates the choice has no effect and nothing is said about it.
public final class CellCodes {
  /// The category that stands for no site in particular.
  private static final String NEUTRAL = "federation";

  private final DataFrame obs;
  private final boolean encoded;
  private final List<String> notices = new ArrayList<>();
  private final long[] batch;
  private final List<long[]> categorical = new ArrayList<>();
  private final List<float[]> continuous = new ArrayList<>();

  /// @param facts what the graph notes of its model
  /// @param chosen the batch that all cells take, or null: each takes its own
  /// @throws IllegalArgumentException if a covariate that the encoder reads is missing
  public CellCodes(Map<String, String> facts, DataFrame obs, @Nullable String chosen) {
    this.obs = obs;
    encoded = "true".equalsIgnoreCase(facts.getOrDefault("config.encode_covariates", "false"));
    var categories = names(facts, FactKeys.BATCHES);
    if (chosen == null) {
      batch = codes("batch", facts.getOrDefault(FactKeys.BATCH_KEY, "batch"), categories);
    } else {
      batch = new long[obs.size()];
      java.util.Arrays.fill(batch, known(chosen, categories));
    }
    for (var key : names(facts, FactKeys.CATEGORICAL)) {
      var known = names(facts, FactKeys.CATEGORICAL + "." + key);
      categorical.add(codes("covariate", key, known));
    }
    for (var key : names(facts, FactKeys.CONTINUOUS)) {
      continuous.add(values(key));
    }
  }

  /// What was put in the place of unknown categories, as sentences.
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /// Adds the inputs of the chosen cells: `batch`, and `categorical` and `continuous` if the model
  /// has such covariates.
  public void feed(int[] cells, Map<String, Tensor> inputs) {
    int count = cells.length;
    var codes = new long[count];
    for (int i = 0; i < count; i++) {
      codes[i] = batch[cells[i]];
    }
    inputs.put("batch", new Tensor.Longs(new long[] {count}, codes));
    int columns = categorical.size();
    if (columns > 0) {
      var table = new long[count * columns];
      for (int i = 0; i < table.length; i++) {
        table[i] = categorical.get(i % columns)[cells[i / columns]];
      }
      inputs.put("categorical", new Tensor.Longs(new long[] {count, columns}, table));
    }
    int numbers = continuous.size();
    if (numbers > 0) {
      var table = new float[count * numbers];
      for (int i = 0; i < table.length; i++) {
        table[i] = continuous.get(i % numbers)[cells[i / numbers]];
      }
      inputs.put("continuous", new Tensor.Floats(new long[] {count, numbers}, table));
    }
  }

  static List<String> names(Map<String, String> facts, String key) {
    var text = facts.getOrDefault(key, "");
    return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
  }

  private static int known(String chosen, List<String> categories) {
    int code = categories.indexOf(chosen);
    if (code < 0) {
      throw new IllegalArgumentException(
          "batch '%s' is not known to the model; choose one of %s, or none"
              .formatted(chosen, categories));
    }
    return code;
  }

  private long[] codes(String what, String key, List<String> categories) {
    int neutral = Math.max(0, categories.indexOf(NEUTRAL));
    var column = obs.columns().get(key);
    var codes = new long[obs.size()];
    var unknown = new LinkedHashSet<String>();
    int placed = 0;
    for (int cell = 0; cell < codes.length; cell++) {
      String text = column == null ? null : column.text(cell);
      int code = text == null ? -1 : categories.indexOf(text);
      if (code < 0) {
        placed++;
        if (text != null && unknown.size() < 5) {
          unknown.add(text);
        }
      }
      codes[cell] = code < 0 ? neutral : code;
    }
    if (placed > 0 && encoded && categories.size() > 1) {
      String why =
          column == null
              ? "the query has no column '%s'".formatted(key)
              : "column '%s' has no category the model knows for them%s"
                  .formatted(key, unknown.isEmpty() ? "" : " (such as " + unknown + ")");
      notices.add(
          "%d cells were mapped with %s '%s', because %s"
              .formatted(placed, what, categories.get(neutral), why));
    }
    return codes;
  }

  private float[] values(String key) {
    var values = new float[obs.size()];
    var column = obs.columns().get(key);
    if (column == null && encoded) {
      throw new IllegalArgumentException(
          "the query has no column '%s'; the model's encoder reads this continuous covariate, add it"
              .formatted(key));
    }
    for (int cell = 0; encoded && column != null && cell < values.length; cell++) {
      String text = column.text(cell);
      try {
        values[cell] = text == null ? Float.NaN : Float.parseFloat(text);
      } catch (NumberFormatException e) {
        values[cell] = Float.NaN;
      }
      if (!Float.isFinite(values[cell])) {
        throw new IllegalArgumentException(
            "cell %d has '%s' in column '%s'; the continuous covariate must be a number"
                .formatted(cell, text, key));
      }
    }
    return values;
  }
}
