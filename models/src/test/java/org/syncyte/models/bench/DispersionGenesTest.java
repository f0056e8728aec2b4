package org.syncyte.models.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;

class DispersionGenesTest {
  @Test
  void dispersionIsVarianceOverMeanOfCountsPerTenThousand() {
    // Per 10,000: (5000, 5000, 0), (10000, 0, 0), (0, 10000, 0).
    var counts = new Dense(3, 3, new float[] {1, 1, 0, 4, 0, 0, 0, 2, 0});
    // Mean 5000, squared deviations 0 + 2 · 5000², over 2: variance 5000², dispersion 5000.
    assertThat(DispersionGenes.dispersions(counts.toCsr()))
        .containsExactly(new double[] {5000, 5000, 0}, Offset.offset(1e-9));
  }

  @Test
  void aGeneThatOneSiteFindsVariableIsTaken() {
    var sites = List.of(new double[] {9, 8, 1, 2}, new double[] {1, 2, 7, 3});
    assertThat(DispersionGenes.best(sites, 2)).containsExactly(0, 2);
    assertThat(DispersionGenes.best(sites, 3)).containsExactly(0, 1, 2);
  }

  @Test
  void tiesGoToTheEarlierColumn() {
    assertThat(DispersionGenes.best(List.of(new double[] {1, 1, 1, 1}), 2)).containsExactly(0, 1);
  }

  @Test
  void choiceEqualsThatOfDenseTwoPassArithmetic() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    for (int run = 0; run < 20; run++) {
      var sites =
          List.of(site(random, 0, 60, 40), site(random, 5, 50, 30), site(random, 10, 70, 25));
      assertThat(DispersionGenes.choose(sites, 12)).isEqualTo(slowly(sites, 12));
    }
  }

  /// Cells of the genes g`first`..., in an order of its own.
  private static AnnData site(RandomGenerator random, int first, int genes, int cells) {
    var names = new ArrayList<String>();
    for (int g = 0; g < genes; g++) {
      names.add(random.nextInt(names.size() + 1), "g" + (first + g));
    }
    var values = new float[cells * genes];
    for (int i = 0; i < values.length; i++) {
      double rate = 0.2 + Integer.parseInt(names.get(i % genes).substring(1)) % 7;
      values[i] = (int) (-rate * Math.log(1 - random.nextDouble()));
    }
    var barcodes = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      barcodes.add("c" + c);
    }
    return AnnData.of(new Dense(cells, genes, values), DataFrame.of(barcodes), DataFrame.of(names));
  }

  private static List<String> slowly(List<AnnData> sites, int count) {
    var order = sites.getFirst().var().index();
    var least = new TreeMap<String, Integer>(Comparator.comparingInt(order::indexOf));
    for (var site : sites) {
      var dispersion = new TreeMap<String, Double>();
      for (var gene : order) {
        int column = site.var().index().indexOf(gene);
        if (sites.stream().allMatch(other -> other.var().index().contains(gene))) {
          dispersion.put(gene, dispersion(site.layer(null).toDense(), column));
        }
      }
      var falling =
          dispersion.keySet().stream()
              .sorted(
                  Comparator.<String>comparingDouble(gene -> -dispersion.getOrDefault(gene, 0.0))
                      .thenComparingInt(order::indexOf))
              .toList();
      for (var gene : falling) {
        least.merge(gene, falling.indexOf(gene), Math::min);
      }
    }
    return least.keySet().stream()
        .sorted(
            Comparator.<String>comparingInt(gene -> least.getOrDefault(gene, -1))
                .thenComparingInt(order::indexOf))
        .limit(count)
        .sorted(Comparator.comparingInt(order::indexOf))
        .toList();
  }

  private static double dispersion(Dense counts, int column) {
    int cells = counts.rows();
    var y = new double[cells];
    double mean = 0;
    for (int c = 0; c < cells; c++) {
      double total = 0;
      for (int g = 0; g < counts.columns(); g++) {
        total += counts.at(c, g);
      }
      y[c] = 1e4 * counts.at(c, column) / total;
      mean += y[c] / cells;
    }
    double squares = 0;
    for (double value : y) {
      squares += (value - mean) * (value - mean);
    }
    return squares / (cells - 1) / mean;
  }
}
