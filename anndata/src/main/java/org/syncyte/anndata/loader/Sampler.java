package org.syncyte.anndata.loader;

import java.util.Arrays;
import java.util.SplittableRandom;

/// In which order an epoch visits its cells. A function of (cells, seed, epoch) alone, so a run can
/// be taken up again at any point.
public sealed interface Sampler {
  /// Positions in the order of the epoch.
  int[] order(int[] cells, long seed, int epoch);

  /// As given.
  record Sequential() implements Sampler {
    @Override
    public int[] order(int[] cells, long seed, int epoch) {
      return cells.clone();
    }
  }

  /// Every cell once, in uniformly random order.
  record Shuffled() implements Sampler {
    @Override
    public int[] order(int[] cells, long seed, int epoch) {
      var order = cells.clone();
      shuffle(order, 0, order.length, random(seed, epoch));
      return order;
    }
  }

  /// Every cell once: the sorted cells are cut into blocks of neighbours, blocks are shuffled, and
  /// cells are shuffled within windows of `blocks` blocks. Neighbours share chunks of a file, so
  /// far less is decoded than by `Shuffled`.
  record Blocks(int blockSize, int blocks) implements Sampler {
    public Blocks {
      if (blockSize < 1 || blocks < 1) {
        throw new IllegalArgumentException(
            "block size %d and window of %d blocks must be positive".formatted(blockSize, blocks));
      }
    }

    @Override
    public int[] order(int[] cells, long seed, int epoch) {
      var sorted = cells.clone();
      Arrays.sort(sorted);
      var random = random(seed, epoch);
      int count = (sorted.length + blockSize - 1) / blockSize;
      var blockOrder = new int[count];
      for (int i = 0; i < count; i++) {
        blockOrder[i] = i;
      }
      shuffle(blockOrder, 0, count, random);
      var order = new int[sorted.length];
      int next = 0;
      int start = 0;
      for (int b = 0; b < count; b++) {
        int from = blockOrder[b] * blockSize;
        int length = Math.min(blockSize, sorted.length - from);
        System.arraycopy(sorted, from, order, next, length);
        next += length;
        if ((b + 1) % blocks == 0 || b + 1 == count) {
          shuffle(order, start, next, random);
          start = next;
        }
      }
      return order;
    }
  }

  /// As many cells as given, drawn with replacement in proportion to `weights` (by position in the
  /// data set).
  record Weighted(double[] weights) implements Sampler {
    public Weighted {
      for (double weight : weights) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
          throw new IllegalArgumentException(
              "a sampling weight is %s; weights are finite and not negative".formatted(weight));
        }
      }
    }

    @Override
    public int[] order(int[] cells, long seed, int epoch) {
      var sums = new double[cells.length];
      double sum = 0;
      for (int i = 0; i < cells.length; i++) {
        sum += weights[cells[i]];
        sums[i] = sum;
      }
      if (cells.length > 0 && sum == 0) {
        throw new IllegalArgumentException("all sampling weights are zero");
      }
      var random = random(seed, epoch);
      var order = new int[cells.length];
      for (int i = 0; i < order.length; i++) {
        int found = Arrays.binarySearch(sums, random.nextDouble() * sum);
        int at = found >= 0 ? found + 1 : -found - 1;
        order[i] = cells[Math.min(at, cells.length - 1)];
      }
      return order;
    }
  }

  private static SplittableRandom random(long seed, int epoch) {
    return new SplittableRandom(seed * 0x9e3779b97f4a7c15L + epoch);
  }

  private static void shuffle(int[] order, int from, int to, SplittableRandom random) {
    for (int i = to - 1; i > from; i--) {
      int j = from + random.nextInt(i - from + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
