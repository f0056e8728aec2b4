package org.syncyte.anndata.loader;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Divides cells into training, validation and test sets.
///
///     n_train = ceil(trainSize n)       0.9 when not given
///     n_val   = n - n_train, or floor(validationSize n)
///
/// Validation takes the first cells of the permutation of `RandomState(seed)`, training the next,
/// test the rest. A last training minibatch of one or two cells breaks batch normalisation: when
/// `trainSize` was not given those cells move to validation, otherwise the split carries a warning.
public record Splitter(
    @Nullable Double trainSize,
    @Nullable Double validationSize,
    int batchSize,
    boolean dropLast,
    boolean shuffle,
    long seed) {

  /// Positions of cells, and what the user should know about them.
  public record Split(int[] train, int[] validation, int[] test, @Nullable String warning) {}

  public Splitter {
    if (trainSize != null && !(trainSize > 0 && trainSize <= 1)) {
      throw new IllegalArgumentException(
          "train size %s is not above 0 and at most 1".formatted(trainSize));
    }
    if (validationSize != null && !(validationSize >= 0 && validationSize < 1)) {
      throw new IllegalArgumentException(
          "validation size %s is not at least 0 and below 1".formatted(validationSize));
    }
    if (validationSize != null && (trainSize == null ? 0.9 : trainSize) + validationSize > 1) {
      throw new IllegalArgumentException(
          "train size %s and validation size %s are more than the whole"
              .formatted(trainSize == null ? 0.9 : trainSize, validationSize));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size %d is not positive".formatted(batchSize));
    }
  }

  /// Nine tenths for training, shuffled.
  public static Splitter of(int batchSize, long seed) {
    return new Splitter(null, null, batchSize, false, true, seed);
  }

  /// As `of`, with a training share the caller insists on.
  public static Splitter of(double trainSize, int batchSize, long seed) {
    return new Splitter(trainSize, null, batchSize, false, true, seed);
  }

  public Split split(int cells) {
    double share = trainSize == null ? 0.9 : trainSize;
    int train = (int) Math.ceil(share * cells);
    int validation =
        validationSize == null ? cells - train : (int) Math.floor(cells * validationSize);
    if (train == 0) {
      throw new IllegalArgumentException(
          "%d cells with train size %s leave none for training".formatted(cells, share));
    }
    String warning = null;
    int rest = train % batchSize;
    if (rest > 0 && rest < 3 && !dropLast) {
      if (trainSize == null && train > rest) {
        train -= rest;
        validation += validation > 0 ? rest : 0;
      } else {
        warning =
            "the last minibatch of training has %d cell(s), too few for batch normalisation; change the batch size or drop the last minibatch"
                .formatted(rest);
      }
    }
    var order =
        shuffle ? new RandomState(seed).permutation(cells) : IntStream.range(0, cells).toArray();
    return new Split(
        Arrays.copyOfRange(order, validation, validation + train),
        Arrays.copyOf(order, validation),
        Arrays.copyOfRange(order, validation + train, cells),
        warning);
  }

  /// A split the caller made.
  ///
  /// @throws IllegalArgumentException if a cell is in two sets, twice in one, or in none
  public static Split external(int cells, int[] train, int[] validation, int[] test) {
    var owner = new byte[cells];
    var sets = new int[][] {train, validation, test};
    for (var set : sets) {
      for (int cell : set) {
        if (cell < 0 || cell >= cells) {
          throw new IllegalArgumentException(
              "split: cell %d is not among the %d cells".formatted(cell, cells));
        }
        if (owner[cell]++ > 0) {
          throw new IllegalArgumentException("split: cell %d is named twice".formatted(cell));
        }
      }
    }
    for (int cell = 0; cell < cells; cell++) {
      if (owner[cell] == 0) {
        throw new IllegalArgumentException("split: cell %d is in no set".formatted(cell));
      }
    }
    return new Split(train.clone(), validation.clone(), test.clone(), null);
  }
}
