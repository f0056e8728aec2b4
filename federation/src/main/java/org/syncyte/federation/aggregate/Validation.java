package org.syncyte.federation.aggregate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Layout.Role;

/// What an update must satisfy to enter a sum, and a sum to become a model.
///
/// An update holds every trained tensor in its shape, only finite numbers, and at least one
/// training cell. A sum passes if it is finite and its norm is at most [#NORM_FACTOR] times the
/// median norm of the last five committed rounds: a jump beyond that comes from a faulty or hostile
/// site.
public final class Validation {
  /// How far a round may move the model, in medians of the rounds before.
  public static final double NORM_FACTOR = 5;

  /// Rounds that the median looks at.
  public static final int MEMORY = 5;

  private static final long MAX_CELLS = 1L << 40;

  private Validation() {}

  /// @throws Refusal if the update may not enter the sum
  public static void check(Layout layout, StateDict update, Map<String, Long> weights) {
    for (var weight : weights.entrySet()) {
      if (weight.getValue() < 0 || weight.getValue() > MAX_CELLS) {
        throw new Refusal(
            Refusal.Code.WEIGHTS,
            "weight '%s' is %d cells; 0 to 2^40 can be"
                .formatted(weight.getKey(), weight.getValue()));
      }
    }
    if (weights.getOrDefault(WeightedMean.ALL, 0L) == 0) {
      throw new Refusal(Refusal.Code.WEIGHTS, "weight 'all' must be at least one training cell");
    }
    int known = 0;
    for (Layout.Entry entry : layout.tensors()) {
      Tensor tensor = update.tensors().get(entry.name());
      if (tensor != null) {
        known++;
        check(entry, tensor);
      } else if (entry.role() == Role.TRAINED) {
        throw new Refusal(
            Refusal.Code.SCHEMA, "the update lacks tensor '%s'".formatted(entry.name()));
      }
    }
    if (known != update.tensors().size()) {
      throw new Refusal(Refusal.Code.SCHEMA, "the update holds tensors that the layout lacks");
    }
  }

  private static void check(Layout.Entry entry, Tensor tensor) {
    if (!Arrays.equals(
        tensor.shape(), entry.shape().stream().mapToLong(Long::longValue).toArray())) {
      throw new Refusal(
          Refusal.Code.SCHEMA,
          "tensor '%s' has shape %s, its layout says %s"
              .formatted(entry.name(), Arrays.toString(tensor.shape()), entry.shape()));
    }
    if ((entry.role() == Role.COUNTER) != (tensor instanceof Tensor.Longs)) {
      throw new Refusal(
          Refusal.Code.SCHEMA, "tensor '%s' has another type".formatted(entry.name()));
    }
    if (tensor instanceof Tensor.Floats(var _, var values)) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new Refusal(
              Refusal.Code.NONFINITE,
              "tensor '%s' holds a number that is not finite".formatted(entry.name()));
        }
      }
    }
  }

  /// Whether a model may be committed that lies `norm` away from the one before.
  public static boolean passes(double norm, List<Double> committed) {
    if (!Double.isFinite(norm)) {
      return false;
    }
    double[] last =
        committed.stream()
            .skip(Math.max(0, committed.size() - MEMORY))
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    if (last.length == 0) {
      return true;
    }
    int middle = last.length / 2;
    double median = last.length % 2 == 1 ? last[middle] : (last[middle - 1] + last[middle]) / 2;
    return norm <= NORM_FACTOR * median || median == 0;
  }
}
