package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.federation.SegmentFile;

class MomentsTest {
  private static final int GENES = 12;

  @Test
  void equalsBruteForceOverFilesWithOtherGeneOrders() {
    var random = new Random(3);
    var files = List.of(file(random, 1500, false), file(random, 700, true));
    var data = SiteData.of(files.toArray(AnnData[]::new));
    var genes = List.of("g7", "g0", "g11", "g3");
    var sums = new Moments(data, null, genes).sums();
    assertThat(sums.longs("n")).containsExactly(2200);
    var clip = new double[] {1.25, 3, 0.5, 100};
    var scale = new int[] {2, 0, 5, 12};
    var clipped = new Moments(data, null, genes).clipped(bounds(clip, scale));
    for (int g = 0; g < genes.size(); g++) {
      long s1 = 0;
      long s2 = 0;
      long c1 = 0;
      long c2 = 0;
      for (var file : files) {
        int column = file.var().index().indexOf(genes.get(g));
        var dense = file.layer(null).toDense();
        for (int cell = 0; cell < file.cells(); cell++) {
          long x = (long) dense.at(cell, column);
          double c = Math.min((double) x, clip[g]);
          s1 += x;
          s2 += x * x;
          c1 += (long) (c * (1L << scale[g]));
          c2 += (long) (c * c * (1L << 2 * scale[g]));
        }
      }
      assertThat(sums.longs("s1")[g]).isEqualTo(s1);
      assertThat(sums.longs("s2")[g]).isEqualTo(s2);
      assertThat(clipped.longs("c1")[g]).isEqualTo(c1);
      assertThat(clipped.longs("c2")[g]).isEqualTo(c2);
    }
  }

  @Test
  void refusesNumbersThatAreNoCounts() {
    for (float bad : new float[] {0.5f, -1, Float.NaN, Float.POSITIVE_INFINITY, 1e9f}) {
      var data =
          SiteData.of(
              AnnData.of(
                  new Dense(2, 1, new float[] {1, bad}),
                  DataFrame.of(List.of("a", "b")),
                  DataFrame.of(List.of("g"))));
      assertThatThrownBy(() -> new Moments(data, null, List.of("g")).sums())
          .isInstanceOfSatisfying(
              ContractException.class, e -> assertThat(e.rule()).isEqualTo("integer-counts"));
    }
  }

  @Test
  void refusesAnEmptyCell() {
    var data =
        SiteData.of(
            AnnData.of(
                new Dense(2, 2, new float[] {1, 0, 0, 5}),
                DataFrame.of(List.of("a", "b")),
                DataFrame.of(List.of("g", "h"))));
    assertThatThrownBy(() -> new Moments(data, null, List.of("g")).check())
        .isInstanceOfSatisfying(
            ContractException.class, e -> assertThat(e.rule()).isEqualTo("empty-cell"));
  }

  @Test
  void refusesAClipThatIsNoMultipleOfItsScale() {
    var data = SiteData.of(file(new Random(1), 3, false));
    assertThatThrownBy(() ->
            new Moments(data, null, List.of("g0"))
                .clipped(bounds(new double[] {0.3}, new int[] {4})))
        .isInstanceOf(ContractException.class);
  }

  private static SegmentFile bounds(double[] clip, int[] scale) {
    return SegmentFile.empty().with("clip", clip).with("scale", scale);
  }

  private static AnnData file(Random random, int cells, boolean reversed) {
    var names = new ArrayList<String>();
    for (int g = 0; g < GENES; g++) {
      names.add("g" + g);
    }
    if (reversed) {
      Collections.reverse(names);
    }
    var values = new float[cells * GENES];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(4) == 0 ? random.nextInt(40) : 0;
    }
    var obs = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      obs.add("c" + c);
    }
    return AnnData.of(
        new Dense(cells, GENES, values).toCsr(), DataFrame.of(obs), DataFrame.of(names));
  }
}
