package org.syncyte.federation.aggregate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Layout.Role;

/// The mean of many sites' updates, block by block.
///
///     θ'_β = θ_β + η Σ_i ω_i,β Δ_i,β / Σ_i ω_i,β
///
/// Δ_i is what site i changed, ω_i,β the training cells behind block β at that site: all of them for
/// a shared block, those of the category for a column that belongs to one. Were a private column
/// averaged over everyone, its owner's step would shrink to n_i/N and the weight decay of the others
/// would pull it to zero. A block that nobody has cells for stays as it is.
///
/// Sums are doubles, added in the order of the calls, which is the roster's: the same updates give the
/// same bytes on every machine. Memory: one double a parameter, whatever the number of sites.
public final class WeightedMean {
  /// Weight key of all that belongs to no category.
  public static final String ALL = "all";

  private final Layout layout;
  private final StateDict model;
  private final Map<String, Sum> sums = new HashMap<>();
  private final Map<String, long[]> greatest = new HashMap<>();
  private final List<String> sites = new ArrayList<>();
  private long cells;

  /// One tensor's sums: numerators an element, denominators an index of the axis with blocks.
  private static final class Sum {
    private final double[] values;
    private final int inner;
    private final String[] keys;
    private final long[] weights;

    private Sum(Layout.Entry entry) {
      values = new double[Math.toIntExact(entry.size())];
      int axis = entry.blocks().isEmpty() ? -1 : entry.blocks().getFirst().axis();
      int side = axis < 0 ? 1 : Math.toIntExact(entry.shape().get(axis));
      keys = new String[side];
      weights = new long[side];
      java.util.Arrays.fill(keys, ALL);
      entry.blocks().forEach(block -> keys[block.index()] = block.weightKey());
      long width = axis < 0 ? values.length : 1;
      for (int after = axis + 1; axis >= 0 && after < entry.shape().size(); after++) {
        width *= entry.shape().get(after);
      }
      inner = Math.toIntExact(width);
    }

    private int slice(int element) {
      return element / inner % keys.length;
    }

    private void add(float[] update, Map<String, Long> weightOf) {
      long[] weight = new long[keys.length];
      for (int k = 0; k < keys.length; k++) {
        weight[k] = weightOf.getOrDefault(keys[k], 0L);
        weights[k] += weight[k];
      }
      for (int start = 0; start < values.length; start += inner) {
        double w = weight[slice(start)];
        if (w != 0) {
          for (int i = start; i < start + inner; i++) {
            values[i] += w * update[i];
          }
        }
      }
    }
  }

  /// A sum over nobody yet.
  ///
  /// @throws IllegalArgumentException if the model is not of that layout
  public WeightedMean(StateDict model, Layout layout) {
    layout.check(model);
    this.layout = layout;
    this.model = model;
  }

  /// Adds one site. Call in roster order.
  ///
  /// @param weights weight key -> training cells
  /// @throws Refusal if the update may not enter; the sum is then as before
  public void add(String site, StateDict update, Map<String, Long> weights) {
    if (sites.contains(site)) {
      throw new Refusal(Refusal.Code.CONFLICT, "site '%s' was added before".formatted(site));
    }
    Validation.check(layout, update, weights);
    for (Layout.Entry entry : layout.tensors()) {
      switch (update.tensors().get(entry.name())) {
        case Tensor.Floats(var _, var values)
            when entry.role() == Role.TRAINED || entry.role() == Role.STATISTIC ->
            sums.computeIfAbsent(entry.name(), _ -> new Sum(entry)).add(values, weights);
        case Tensor.Longs(var _, var values) when entry.role() == Role.COUNTER ->
            greatest.merge(entry.name(), values.clone(), WeightedMean::max);
        case null, default -> {}
      }
    }
    sites.add(site);
    cells += weights.getOrDefault(ALL, 0L);
  }

  private static long[] max(long[] a, long[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
    return a;
  }

  /// Sites added so far, in order.
  public List<String> sites() {
    return List.copyOf(sites);
  }

  /// @param model the next model
  /// @param norm length of the step from the model before
  /// @param cells training cells of all sites
  public record Result(StateDict model, double norm, long cells) {}

  /// The next model.
  ///
  /// @param serverStep η, 1 unless rounds were rejected
  public Result finish(double serverStep) {
    if (sites.isEmpty()) {
      throw new IllegalStateException("a mean over no site has no value");
    }
    var next = new LinkedHashMap<String, Tensor>();
    double squares = 0;
    for (var entry : model.tensors().entrySet()) {
      Tensor before = entry.getValue();
      Sum sum = sums.get(entry.getKey());
      if (before instanceof Tensor.Floats(var shape, var values) && sum != null) {
        float[] moved = new float[values.length];
        for (int i = 0; i < moved.length; i++) {
          long weight = sum.weights[sum.slice(i)];
          double delta = weight == 0 ? 0 : serverStep * (sum.values[i] / weight);
          squares += delta * delta;
          moved[i] = (float) (values[i] + delta);
        }
        next.put(entry.getKey(), new Tensor.Floats(shape, moved));
      } else if (before instanceof Tensor.Longs(var shape, var values)) {
        next.put(
            entry.getKey(), new Tensor.Longs(shape, plus(values, greatest.get(entry.getKey()))));
      } else {
        next.put(entry.getKey(), before);
      }
    }
    return new Result(new StateDict(next), Math.sqrt(squares), cells);
  }

  /// Counters travel as differences too.
  private static long[] plus(long[] before, long @Nullable [] step) {
    long[] after = before.clone();
    for (int i = 0; step != null && i < after.length; i++) {
      after[i] += step[i];
    }
    return after;
  }
}
