package org.syncyte.anndata.loader;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;

final class LoaderTest {
  /// Cell `i` has the single count `i + 1` in its only gene.
  private record Numbered(int cells, int window) implements DataSource {
    @Override
    public int genes() {
      return 1;
    }

    @Override
    public Minibatch read(int[] chosen) {
      var values = new float[chosen.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = chosen[i] + 1;
      }
      Csr counts = new Dense(values.length, 1, values).toCsr();
      return new Minibatch(
          chosen.clone(), counts, new int[values.length], chosen.clone(), null, chosen, null);
    }
  }

  static List<Loader> loaders() {
    var loaders = new ArrayList<Loader>();
    var some = IntStream.range(0, 1000).filter(i -> i % 3 != 0).toArray();
    for (int window : new int[] {1, 40, 5000}) {
      for (var sampler :
          List.of(new Sampler.Sequential(), new Sampler.Shuffled(), new Sampler.Blocks(10, 5))) {
        loaders.add(new Loader(new Numbered(1000, window), some, sampler, 32, false, 9));
      }
    }
    return loaders;
  }

  @ParameterizedTest
  @MethodSource("loaders")
  void anEpochVisitsEveryCellOnce(Loader loader) {
    var seen = new ArrayList<Integer>();
    int batches = 0;
    for (var batch : loader.epoch(2)) {
      for (int i = 0; i < batch.size(); i++) {
        seen.add(batch.cells()[i]);
        assertThat(batch.counts().rows(new int[] {i}).values())
            .containsExactly(batch.cells()[i] + 1f);
        assertThat(batch.labels()[i]).isEqualTo(batch.cells()[i]);
        assertThat(batch.categorical()).isNotNull();
        assertThat(requireNonNull(batch.categorical())[i]).isEqualTo(batch.cells()[i]);
      }
      batches++;
    }
    assertThat(batches).isEqualTo(loader.batches());
    assertThat(seen).doesNotHaveDuplicates().hasSize(loader.cells().length);
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(loader.cells()).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("loaders")
  void theSameEpochComesInTheSameOrder(Loader loader) {
    assertThat(order(loader, 4)).isEqualTo(order(loader, 4));
    if (!(loader.sampler() instanceof Sampler.Sequential)) {
      assertThat(order(loader, 4)).isNotEqualTo(order(loader, 5));
    }
  }

  private static List<Integer> order(Loader loader, int epoch) {
    var order = new ArrayList<Integer>();
    for (var batch : loader.epoch(epoch)) {
      Arrays.stream(batch.cells()).forEach(order::add);
    }
    return order;
  }

  @Test
  void anEpochMayBeLeftEarly() {
    var loader = Loader.shuffled(new Numbered(1000, 1), IntStream.range(0, 1000).toArray(), 10, 0);
    for (int round = 0; round < 200; round++) {
      assertThat(loader.epoch(round).iterator().next().size()).isEqualTo(10);
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("loader"))
                .count())
        .isLessThan(50);
  }

  @Test
  void failuresOfTheSourceReachTheCaller() {
    var broken =
        new DataSource() {
          @Override
          public int cells() {
            return 10;
          }

          @Override
          public int genes() {
            return 1;
          }

          @Override
          public Minibatch read(int[] cells) {
            throw new IllegalArgumentException("value -1 of cell 3");
          }
        };
    var loader = Loader.sequential(broken, new int[] {1, 2}, 1);
    assertThatThrownBy(() -> loader.epoch(0).iterator().next())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value -1 of cell 3");
  }

  @Test
  void dropsAnUnfilledMinibatchWhenAsked() {
    var loader =
        new Loader(
            new Numbered(10, 1),
            IntStream.range(0, 10).toArray(),
            new Sampler.Sequential(),
            4,
            true,
            0);
    assertThat(order(loader, 0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void drawsInProportionToWeights() {
    var weights = new double[1000];
    Arrays.fill(weights, 0, 500, 1);
    Arrays.fill(weights, 500, 510, 50);
    var order = new Sampler.Weighted(weights).order(IntStream.range(0, 1000).toArray(), 1, 0);
    long rare = Arrays.stream(order).filter(i -> i >= 500).count();
    assertThat(order).hasSize(1000);
    assertThat(Arrays.stream(order).allMatch(i -> i < 510)).isTrue();
    assertThat(rare).isBetween(430L, 570L);
  }

  @Test
  void shuffledOrderLooksUniform() {
    int n = 50;
    int rounds = 20_000;
    var first = new int[n];
    var cells = IntStream.range(0, n).toArray();
    for (int epoch = 0; epoch < rounds; epoch++) {
      first[new Sampler.Shuffled().order(cells, 5, epoch)[0]]++;
    }
    double expected = (double) rounds / n;
    double chiSquare = 0;
    for (int count : first) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 49 degrees of freedom: 99.9 % lie below 86.
    assertThat(chiSquare).isLessThan(86);
  }

  @Test
  void refusesCellsThatAreNotThere() {
    assertThatThrownBy(() -> Loader.sequential(new Numbered(3, 1), new int[] {3}, 1))
        .hasMessageContaining("cell 3 is not among the 3 cells");
  }
}
