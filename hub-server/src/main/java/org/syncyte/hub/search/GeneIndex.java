package org.syncyte.hub.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;

/// For each gene the models that read it, in memory.
///
///     coverage(model, list) = |genes of model ∩ list| / |genes of model|
///
/// A question adds up the sets of models of its genes. Popular genes are in most models, so their sets are
/// bits, and the sum is taken for 64 models at a time (`Tally`); the sets of rare genes are lists
/// (`Readers`). Among the ways that were measured over 10,000 models (`CoverageBench`) the same
/// question in SQL, over arrays of 64-bit keys with an inverted index, takes more than 100 times as long,
/// since nearly every model shares some gene with nearly every list.
public final class GeneIndex {
  private static final Comparator<Hit> BEST =
      Comparator.comparingDouble(Hit::coverage)
          .thenComparingInt(Hit::genes)
          .reversed()
          .thenComparingLong(Hit::model);

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final KeyNumbers genes = new KeyNumbers();
  private final List<Readers> models = new ArrayList<>();
  private final Map<Long, Integer> places = new HashMap<>();
  private long[] keys = new long[64];
  private int[] sizes = new int[64];
  private int used;
  private long postings;

  /// @param model the key it was put under
  /// @param genes how many genes the model reads
  /// @param covered how many of them are in the list
  public record Hit(long model, int genes, int covered) {
    public double coverage() {
      return genes == 0 ? 0 : (double) covered / genes;
    }
  }

  /// Puts a model, or replaces its genes.
  public void put(long model, long[] read) {
    lock.writeLock().lock();
    try {
      drop(model);
      int place = used++;
      if (place == keys.length) {
        int room = place + place / 2 + 63 & -64;
        keys = Arrays.copyOf(keys, room);
        sizes = Arrays.copyOf(sizes, room);
        models.forEach(readers -> readers.fit(room));
      }
      keys[place] = model;
      sizes[place] = read.length;
      places.put(model, place);
      for (long gene : read) {
        int number = genes.number(gene);
        if (number == models.size()) {
          models.add(new Readers());
        }
        models.get(number).add(place, keys.length);
      }
      postings += read.length;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// A dropped model keeps its place, with no genes counted for it.
  private void drop(long model) {
    Integer place = places.remove(model);
    if (place != null) {
      sizes[place] = 0;
    }
  }

  public int size() {
    lock.readLock().lock();
    try {
      return places.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// How many genes of a list some model knows.
  public int known(long[] list) {
    lock.readLock().lock();
    try {
      int count = 0;
      for (long gene : list) {
        count += genes.find(gene) >= 0 ? 1 : 0;
      }
      return count;
    } finally {
      lock.readLock().unlock();
    }
  }

  /// The models that a list covers best; equal coverage is ordered by more genes, then by age.
  ///
  /// @param list keys of genes, each once
  /// @param wanted which models count
  public List<Hit> rank(long[] list, LongPredicate wanted, int limit) {
    lock.readLock().lock();
    try {
      var counts = counts(list);
      var best = new PriorityQueue<Hit>(limit + 1, BEST.reversed());
      for (int place = 0; place < used; place++) {
        if (counts[place] > 0 && sizes[place] > 0 && wanted.test(keys[place])) {
          best.add(new Hit(keys[place], sizes[place], counts[place]));
          if (best.size() > limit) {
            best.remove();
          }
        }
      }
      return best.stream().sorted(BEST).toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// For each place the number of its genes in the list. If the list has more than half of all
  /// hits, the genes that it lacks are counted instead.
  private int[] counts(long[] list) {
    var wanted = new boolean[genes.size()];
    long hits = 0;
    for (long gene : list) {
      int number = genes.find(gene);
      if (number >= 0 && !wanted[number]) {
        wanted[number] = true;
        hits += models.get(number).size();
      }
    }
    boolean most = hits > postings / 2;
    var counts = most ? Arrays.copyOf(sizes, used) : new int[used];
    int sign = most ? -1 : 1;
    var tally = new Tally(used);
    for (int number = 0; number < wanted.length; number++) {
      if (wanted[number] != most) {
        models.get(number).count(tally, counts, sign);
      }
    }
    tally.addTo(counts, sign);
    return counts;
  }
}
