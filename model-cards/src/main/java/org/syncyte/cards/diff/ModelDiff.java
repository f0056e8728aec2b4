package org.syncyte.cards.diff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.RegistryFacts;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.Tensor;

/// What differs between two saved models.
///
/// The distance of two tensors is relative: `‖a − b‖ / ‖a‖`, 0 for equal ones, about 1.4 for
/// unrelated ones of the same size.
///
/// @param genes genes that only one of them reads
/// @param order whether the genes that both read stand in another order
/// @param categories columns whose categories differ
/// @param settings constructor and set-up arguments that differ
/// @param tensors every tensor that is not equal, the farthest first
/// @param equalTensors how many tensors are equal, bit by bit
public record ModelDiff(
    Members genes,
    boolean order,
    Map<String, Members> categories,
    List<Change> settings,
    List<TensorChange> tensors,
    int equalTensors) {
  /// What was added and what was removed.
  public record Members(List<String> added, List<String> removed) {
    public Members {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }

    static Members of(List<String> before, List<String> after) {
      var added = new LinkedHashSet<>(after);
      var old = new LinkedHashSet<>(before);
      old.forEach(added::remove);
      after.forEach(old::remove);
      return new Members(List.copyOf(added), List.copyOf(old));
    }

    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty();
    }
  }

  /// One value; null where it is not set.
  public record Change(String name, @Nullable String before, @Nullable String after) {}

  /// @param distance relative distance, or -1 where shapes differ or one is missing
  /// @param largest largest absolute difference, or -1
  public record TensorChange(
      String name,
      @Nullable String before,
      @Nullable String after,
      double distance,
      double largest) {}

  public ModelDiff {
    categories = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(categories));
    settings = List.copyOf(settings);
    tensors = List.copyOf(tensors);
  }

  public static ModelDiff of(SavedModel before, SavedModel after) {
    var members = Members.of(before.varNames(), after.varNames());
    var tensors = tensors(before, after);
    int equal = 0;
    for (var name : before.state().tensors().keySet()) {
      equal +=
          after.state().tensors().containsKey(name)
                  && tensors.stream().noneMatch(change -> change.name().equals(name))
              ? 1
              : 0;
    }
    return new ModelDiff(
        members,
        reordered(before.varNames(), after.varNames()),
        categories(RegistryFacts.of(before), RegistryFacts.of(after)),
        settings(RegistryFacts.of(before), RegistryFacts.of(after)),
        tensors,
        equal);
  }

  /// Whether nothing differs.
  public boolean same() {
    return genes.isEmpty()
        && !order
        && categories.isEmpty()
        && settings.isEmpty()
        && tensors.isEmpty();
  }

  private static boolean reordered(List<String> before, List<String> after) {
    var old = new ArrayList<>(before);
    var now = new ArrayList<>(after);
    old.retainAll(new LinkedHashSet<>(after));
    now.retainAll(new LinkedHashSet<>(before));
    return !old.equals(now);
  }

  private static Map<String, Members> categories(RegistryFacts before, RegistryFacts after) {
    var differ = new LinkedHashMap<String, Members>();
    var old = before.categories();
    var now = after.categories();
    var columns = new LinkedHashSet<>(old.keySet());
    columns.addAll(now.keySet());
    for (var column : columns) {
      var members =
          Members.of(old.getOrDefault(column, List.of()), now.getOrDefault(column, List.of()));
      if (!members.isEmpty()) {
        differ.put(column, members);
      }
    }
    return differ;
  }

  private static List<Change> settings(RegistryFacts before, RegistryFacts after) {
    var old = plain(before);
    var now = plain(after);
    var names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    var changes = new ArrayList<Change>();
    for (var name : names) {
      if (!Objects.equals(old.get(name), now.get(name))) {
        changes.add(new Change(name, old.get(name), now.get(name)));
      }
    }
    return changes;
  }

  private static Map<String, @Nullable String> plain(RegistryFacts facts) {
    var plain = new LinkedHashMap<String, @Nullable String>();
    facts.modelClass().ifPresent(name -> plain.put("model", name));
    facts.scviVersion().ifPresent(version -> plain.put("scvi_version", version));
    facts.parameters().forEach((name, value) -> plain.put(name, text(value)));
    facts.setup().forEach((name, value) -> plain.put("setup " + name, text(value)));
    facts.statistics().forEach((name, value) -> plain.put("statistic " + name, text(value)));
    return plain;
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    var text =
        value instanceof Tensor tensor
            ? "array " + Arrays.toString(tensor.shape())
            : value.toString();
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }

  private static List<TensorChange> tensors(SavedModel before, SavedModel after) {
    var old = before.state().tensors();
    var now = after.state().tensors();
    var names = new LinkedHashSet<>(old.keySet());
    names.addAll(now.keySet());
    var changes = new ArrayList<TensorChange>();
    for (var name : names) {
      var a = old.get(name);
      var b = now.get(name);
      if (a == null || b == null || !Arrays.equals(a.shape(), b.shape())) {
        changes.add(new TensorChange(name, shape(a), shape(b), -1, -1));
      } else {
        add(changes, name, a, b);
      }
    }
    changes.sort(
        java.util.Comparator.comparingDouble((TensorChange change) ->
            change.distance() < 0 ? Double.NEGATIVE_INFINITY : -change.distance()));
    return changes;
  }

  private static void add(List<TensorChange> changes, String name, Tensor a, Tensor b) {
    double apart = 0;
    double size = 0;
    double largest = 0;
    int length = length(a);
    for (int i = 0; i < length; i++) {
      double x = at(a, i);
      double difference = at(b, i) - x;
      apart += difference * difference;
      size += x * x;
      largest = Math.max(largest, Math.abs(difference));
    }
    if (apart != 0 || Double.isNaN(apart)) {
      double distance = size == 0 ? Math.sqrt(apart) : Math.sqrt(apart / size);
      changes.add(new TensorChange(name, shape(a), shape(b), distance, largest));
    }
  }

  private static int length(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats(_, var values) -> values.length;
      case Tensor.Longs(_, var values) -> values.length;
    };
  }

  private static double at(Tensor tensor, int i) {
    return switch (tensor) {
      case Tensor.Floats(_, var values) -> values[i];
      case Tensor.Longs(_, var values) -> values[i];
    };
  }

  private static @Nullable String shape(@Nullable Tensor tensor) {
    return tensor == null ? null : Arrays.toString(tensor.shape());
  }
}
