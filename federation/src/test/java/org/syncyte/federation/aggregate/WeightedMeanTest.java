package org.syncyte.federation.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Block;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Layout.Role;

class WeightedMeanTest {
  private static final List<Block> COLUMNS =
      List.of(new Block(1, 3, Block.BATCH, "x"), new Block(1, 4, Block.BATCH, "y"));
  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Layout.Entry("w", List.of(4L, 5L), Role.TRAINED, COLUMNS),
              new Layout.Entry(
                  "t", List.of(2L, 3L), Role.TRAINED, List.of(new Block(0, 1, Block.BATCH, "x"))),
              new Layout.Entry("mean", List.of(3L), Role.STATISTIC, List.of()),
              new Layout.Entry("steps", List.of(), Role.COUNTER, List.of()),
              new Layout.Entry("dead", List.of(2L), Role.DEAD, List.of())));

  private static Tensor.Floats random(Random random, long... shape) {
    int size = 1;
    for (long side : shape) {
      size *= (int) side;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Tensor.Floats(shape, values);
  }

  private static StateDict state(Random random, long steps) {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("w", random(random, 4, 5));
    tensors.put("t", random(random, 2, 3));
    tensors.put("mean", random(random, 3));
    tensors.put("steps", new Tensor.Longs(new long[0], new long[] {steps}));
    tensors.put("dead", random(random, 2));
    return new StateDict(tensors);
  }

  private static StateDict without(StateDict state, String... names) {
    var tensors = new LinkedHashMap<>(state.tensors());
    List.of(names).forEach(tensors::remove);
    return new StateDict(tensors);
  }

  private static final List<Map<String, Long>> WEIGHTS =
      List.of(
          Map.of("all", 100L, "batch:x", 60L),
          Map.of("all", 37L),
          Map.of("all", 5L, "batch:x", 2L));

  @Test
  void equalsExactArithmeticElementByElement() {
    var random = new Random(3);
    StateDict model = state(random, 7);
    var updates = new ArrayList<StateDict>();
    var mean = new WeightedMean(model, LAYOUT);
    for (int site = 0; site < 3; site++) {
      updates.add(without(state(random, site + 1), "dead"));
      mean.add("s" + site, updates.get(site), WEIGHTS.get(site));
    }

    StateDict next = mean.finish(1).model();

    for (String name : List.of("w", "t", "mean")) {
      float[] values = next.floats(name).values();
      for (int i = 0; i < values.length; i++) {
        String key = key(name, i);
        var sum = BigDecimal.ZERO;
        long total = 0;
        for (int site = 0; site < 3; site++) {
          long weight = WEIGHTS.get(site).getOrDefault(key, 0L);
          total += weight;
          sum =
              sum.add(
                  new BigDecimal(updates.get(site).floats(name).values()[i])
                      .multiply(BigDecimal.valueOf(weight)));
        }
        var expected = new BigDecimal(model.floats(name).values()[i]);
        if (total > 0) {
          expected = expected.add(sum.divide(BigDecimal.valueOf(total), MathContext.DECIMAL128));
        }
        assertThat(values[i]).as(name + i).isEqualTo(expected.floatValue());
      }
    }
    assertThat(next.tensors().get("dead")).isEqualTo(model.tensors().get("dead"));
    assertThat(next.tensors().get("steps"))
        .isInstanceOfSatisfying(
            Tensor.Longs.class, steps -> assertThat(steps.values()).containsExactly(10));
  }

  private static String key(String name, int i) {
    if (name.equals("w")) {
      return i % 5 == 3 ? "batch:x" : i % 5 == 4 ? "batch:y" : "all";
    }
    return name.equals("t") && i / 3 == 1 ? "batch:x" : "all";
  }

  @Test
  void privateColumnsKeepTheOwnersFullStep() {
    var random = new Random(4);
    StateDict model = state(random, 0);
    StateDict owner = without(state(random, 1), "dead");
    StateDict other = without(state(random, 1), "dead");
    var mean = new WeightedMean(model, LAYOUT);
    mean.add("a", owner, Map.of("all", 10L, "batch:x", 10L));
    mean.add("b", other, Map.of("all", 990L));

    float[] next = mean.finish(1).model().floats("w").values();

    float start = model.floats("w").values()[3];
    float step = owner.floats("w").values()[3];
    float naive = start + (10 * step + 990 * other.floats("w").values()[3]) / 1000;
    assertThat(next[3]).isEqualTo((float) ((double) start + step)).isNotEqualTo(naive);
    assertThat(next[4]).isEqualTo(model.floats("w").values()[4]);
  }

  @Test
  void serverStepScalesTheMove() {
    var random = new Random(5);
    StateDict model = state(random, 0);
    StateDict update = without(state(random, 1), "dead");
    var whole = new WeightedMean(model, LAYOUT);
    var half = new WeightedMean(model, LAYOUT);
    whole.add("a", update, Map.of("all", 1L));
    half.add("a", update, Map.of("all", 1L));

    assertThat(half.finish(0.5).norm()).isCloseTo(whole.finish(1).norm() / 2, within(1e-12));
  }

  @Test
  void refusesWhatWouldSpoilTheSum() {
    var random = new Random(6);
    StateDict model = state(random, 0);
    var mean = new WeightedMean(model, LAYOUT);
    StateDict good = without(state(random, 1), "dead");
    StateDict nan = without(state(random, 1), "dead");
    nan.floats("w").values()[7] = Float.NaN;
    mean.add("a", good, Map.of("all", 3L));
    float[] before = mean.finish(1).model().floats("w").values();

    refuses(mean, nan, Map.of("all", 3L), Refusal.Code.NONFINITE);
    refuses(mean, without(good, "w"), Map.of("all", 3L), Refusal.Code.SCHEMA);
    refuses(mean, state(random, 0), Map.of("all", 0L), Refusal.Code.WEIGHTS);
    refuses(mean, good, Map.of("all", 3L, "batch:x", -1L), Refusal.Code.WEIGHTS);
    assertThatThrownBy(() -> mean.add("a", good, Map.of("all", 3L)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("before");
    assertThat(mean.finish(1).model().floats("w").values()).isEqualTo(before);
    assertThat(mean.sites()).containsExactly("a");
  }

  private static void refuses(
      WeightedMean mean, StateDict update, Map<String, Long> weights, Refusal.Code code) {
    assertThatThrownBy(() -> mean.add("b", update, weights))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  @Test
  void normIsComparedWithRoundsBefore() {
    assertThat(Validation.passes(1e9, List.of())).isTrue();
    assertThat(Validation.passes(5, List.of(1.0, 1.0, 1.0))).isTrue();
    assertThat(Validation.passes(5.1, List.of(1.0, 1.0, 1.0))).isFalse();
    assertThat(Validation.passes(20, List.of(100.0, 1.0, 1.0, 1.0, 1.0, 1.0))).isFalse();
    assertThat(Validation.passes(Double.NaN, List.of())).isFalse();
  }

  @Test
  void layoutKeepsItsCanonicalBytes() {
    assertThat(Layout.parse(LAYOUT.json())).isEqualTo(LAYOUT);
    assertThatThrownBy(() ->
            new Layout.Entry(
                "w", List.of(2L, 2L), Role.TRAINED, List.of(new Block(1, 2, "batch", "x"))))
        .hasMessageContaining("lie inside");
  }
}
