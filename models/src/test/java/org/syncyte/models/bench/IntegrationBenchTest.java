package org.syncyte.models.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;

class IntegrationBenchTest {
  private static final int GENES = 30;
  private static final List<String> NAMES =
      IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList();
  private static final TrainOptions OPTIONS = TrainOptions.DEFAULT.withEpochs(30);

  @Test
  void plainTypesAreCarriedAcrossSitesByEverySetting() {
    var bench = bench(List.of(site("b", 200, 1), site("a", 240, 2)));
    assertThat(bench.siteNames()).containsExactly("a", "b");
    assertThat(bench.cells()).isEqualTo(440);
    var rows =
        List.of(
            bench.alone(0, TrainListener.NONE),
            bench.alone(1, TrainListener.NONE),
            bench.central("central", IntegrationBench.PUBLISHED_DEFAULTS, TrainListener.NONE),
            bench.central(
                "as federated", IntegrationBench.FEDERATION_SETTINGS, TrainListener.NONE));
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.quality().accuracy()).hasSize(2);
          assertThat(row.quality().meanAccuracy()).isGreaterThan(0.9);
          assertThat(row.elbo()).isPositive().isLessThan(200);
        });
    assertThat(rows.getFirst().setting()).isEqualTo("a alone");
  }

  @Test
  void aloneTrainsOnThatSiteOnly() {
    var a = site("a", 200, 1);
    var one = bench(List.of(a, site("b", 200, 2))).alone(0, TrainListener.NONE);
    var other = bench(List.of(site("b", 240, 3), a)).alone(0, TrainListener.NONE);
    assertThat(one.elbo()).isEqualTo(other.elbo());
  }

  @Test
  void publishedLatentsAreJudgedByTheirOwnOrderOfCategories() {
    var bench = bench(List.of(site("a", 200, 1), site("b", 240, 2)));
    // Two sites of 40 cells: type x at 0, y at 9; a fifth of b's y cells lie among x.
    int cells = 80;
    var latent = new float[cells];
    var sites = new ArrayList<String>();
    var types = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      sites.add(c < 40 ? "b" : "a");
      types.add(c % 2 == 0 ? "y" : "x");
      boolean astray = c < 40 && c % 10 == 0;
      latent[c] = (c % 2 == 0 && !astray ? 9 : 0) + c * 1e-3f;
    }
    var obs =
        DataFrame.of(IntStream.range(0, cells).mapToObj(c -> "c" + c).toList())
            .with("site", strings(sites))
            .with("cell_type", strings(types));
    var data =
        AnnData.of(new Dense(cells, 1, new float[cells]), obs, DataFrame.of(List.of("g0")))
            .withObsm("scvi_latent_qzm", new Dense(cells, 1, latent));
    var row = bench.published("federated", data, 12, 3);
    assertThat(row.quality().accuracy()).containsExactly(new double[] {1, 0.9}, Offset.offset(0.0));
    assertThat(row.elbo()).isEqualTo(12);
  }

  @Test
  void refusesWhatItCannotCompare() {
    assertThatThrownBy(() -> bench(List.of(site("a", 50, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two sites");
    assertThatThrownBy(() -> bench(List.of(site("a", 50, 1), site("a", 50, 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one data set each");
    var bench = bench(List.of(site("a", 50, 1), site("b", 50, 2)));
    assertThatThrownBy(() -> bench.published("x", site("a", 50, 3), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scvi_latent_qzm");
  }

  private static IntegrationBench bench(List<AnnData> sites) {
    return new IntegrationBench(sites, NAMES, "site", "cell_type", OPTIONS);
  }

  /// Two types, x and y, that differ in half of the genes; each site doubles one gene.
  private static AnnData site(String name, int cells, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var values = new float[cells * GENES];
    for (int i = 0; i < values.length; i++) {
      int type = i / GENES % 2;
      int gene = i % GENES;
      double rate = (gene % 2 == type ? 8 : 1) * (gene == name.charAt(0) - 'a' ? 2 : 1);
      values[i] = (int) (-rate * Math.log(1 - random.nextDouble()));
    }
    var obs =
        DataFrame.of(IntStream.range(0, cells).mapToObj(c -> name + c).toList())
            .with("site", strings(IntStream.range(0, cells).mapToObj(_ -> name).toList()))
            .with(
                "cell_type",
                strings(IntStream.range(0, cells).mapToObj(c -> c % 2 == 0 ? "x" : "y").toList()));
    return AnnData.of(new Dense(cells, GENES, values), obs, DataFrame.of(NAMES));
  }

  private static Column strings(List<String> texts) {
    return new Column.Strings(texts.toArray(String[]::new));
  }
}
