package org.syncyte.hub.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneIndexTest {
  @Test
  void ensemblVersionsAreOneGeneAndCasesAreTwo() {
    assertThat(GeneKey.of("ENSG00000141510.17")).isEqualTo(GeneKey.of(" ENSG00000141510"));
    assertThat(GeneKey.of("ENSMUSG00000059552.14")).isEqualTo(GeneKey.of("ENSMUSG00000059552"));
    assertThat(GeneKey.of("Actb")).isNotEqualTo(GeneKey.of("ACTB"));
    assertThat(GeneKey.of("RP11-34P13.7")).isNotEqualTo(GeneKey.of("RP11-34P13"));
  }

  @Test
  void keysOfManyNamesAreDifferent() {
    var names = IntStream.range(0, 200_000).mapToObj(i -> "GENE" + i).toList();
    assertThat(GeneKey.of(names)).hasSize(200_000);
  }

  @Test
  void countsAreThoseOfSets() {
    var random = new Random(11);
    var index = new GeneIndex();
    var models = new java.util.HashMap<Long, HashSet<Long>>();
    for (long model = 0; model < 300; model++) {
      var genes = new HashSet<Long>();
      for (int i = 0; i < 30 + random.nextInt(100); i++) {
        genes.add(GeneKey.of("g" + (i % 5 == 0 ? random.nextInt(4000) : random.nextInt(400))));
      }
      models.put(model, genes);
      index.put(model, genes.stream().mapToLong(g -> g).sorted().toArray());
    }
    for (int length : new int[] {3, 100, 250, 390, 400, 1000, 3990}) {
      check(index, models, length);
    }
  }

  private static void check(
      GeneIndex index, java.util.Map<Long, HashSet<Long>> models, int length) {
    var list = GeneKey.of(IntStream.range(0, length).mapToObj(i -> "g" + i).toList());
    var wanted = new HashSet<Long>();
    for (long gene : list) {
      wanted.add(gene);
    }
    var ranked = index.rank(list, _ -> true, 1000);
    assertThat(ranked.size()).isLessThanOrEqualTo(300).isPositive();
    for (var hit : ranked) {
      var expected = new HashSet<>(models.get(hit.model()));
      assertThat(hit.genes()).isEqualTo(expected.size());
      expected.retainAll(wanted);
      assertThat(hit.covered()).isEqualTo(expected.size());
    }
    assertThat(ranked)
        .extracting(GeneIndex.Hit::coverage)
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void replacedModelCountsOnce() {
    var index = new GeneIndex();
    index.put(1, GeneKey.of(List.of("A", "B")));
    index.put(1, GeneKey.of(List.of("C")));
    assertThat(index.rank(GeneKey.of(List.of("A", "B", "C")), _ -> true, 10))
        .containsExactly(new GeneIndex.Hit(1, 1, 1));
    assertThat(index.rank(GeneKey.of(List.of("A")), _ -> true, 10)).isEmpty();
    assertThat(index.size()).isEqualTo(1);
  }
}
