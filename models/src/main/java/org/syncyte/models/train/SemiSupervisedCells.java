package org.syncyte.models.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.anndata.loader.Sampler;
import org.syncyte.anndata.loader.Splitter;

/// Cells of which some are labelled: how they are split, and in which order they train.
///
/// Labelled and unlabelled cells are split apart from each other, so both sets hold both kinds.
/// Step i of an epoch pairs minibatch i of all cells with minibatch i of the labelled ones, which
/// start over when they end; within an epoch they return in the same composition. An epoch is one
/// pass over all cells.
///
/// @param codes label code of every cell of the data
/// @param classes codes below this one are labels
record SemiSupervisedCells(DataSource data, int[] codes, int classes) {
  static SemiSupervisedCells of(DataSource data, int classes) {
    return new SemiSupervisedCells(data, data.labels(), classes);
  }

  int[] labelled(int[] cells) {
    return Arrays.stream(cells).filter(cell -> codes[cell] < classes).toArray();
  }

  /// As `Trainer.split`, for each kind of cells. A share of 0.9 for training is the default here; a
  /// last minibatch too small for batch norm then gives its cells to validation.
  Splitter.Split split(TrainOptions options) {
    var all = IntStream.range(0, codes.length).toArray();
    var labelled = labelled(all);
    var unlabelled = Arrays.stream(all).filter(cell -> codes[cell] >= classes).toArray();
    double share = options.trainSize() == null ? 0.9 : options.trainSize();
    var splitter = Splitter.of(share, options.batchSize(), options.seed());
    var train = new ArrayList<int[]>();
    var validation = new ArrayList<int[]>();
    var test = new ArrayList<int[]>();
    for (var kind : List.of(labelled, unlabelled)) {
      if (kind.length > 0) {
        var split = splitter.split(kind.length);
        train.add(at(kind, split.train()));
        validation.add(at(kind, split.validation()));
        test.add(at(kind, split.test()));
      }
    }
    int[] trained = joined(train);
    int[] judged = joined(validation);
    int left = trained.length % options.batchSize();
    if (options.trainSize() == null && left > 0 && left < 3 && left < trained.length) {
      int kept = trained.length - left;
      judged = joined(List.of(judged, Arrays.copyOfRange(trained, kept, trained.length)));
      trained = Arrays.copyOf(trained, kept);
    }
    return new Splitter.Split(trained, judged, joined(test), null);
  }

  /// Steps of an epoch of training.
  Iterable<TrainingPlan.Step> shuffled(
      int[] cells, int batchSize, @Nullable Integer samplesPerLabel, long seed, int epoch) {
    var labelled = drawn(labelled(cells), samplesPerLabel, seed, epoch);
    // One cell alone has no variance to normalise by.
    boolean alone = batchSize > 1 && labelled.length % batchSize == 1;
    if (labelled.length == 1) {
      throw new IllegalArgumentException(
          "only one cell to train on has a label; label more of them, or train SCVI");
    }
    return steps(
        Loader.shuffled(data, cells, batchSize, seed).epoch(epoch),
        new Loader(data, labelled, new Sampler.Shuffled(), batchSize, alone, ~seed).epoch(epoch));
  }

  /// Steps of judging, in order.
  Iterable<TrainingPlan.Step> sequential(int[] cells, int batchSize) {
    return steps(
        Loader.sequential(data, cells, batchSize).epoch(0),
        Loader.sequential(data, labelled(cells), batchSize).epoch(0));
  }

  private static Iterable<TrainingPlan.Step> steps(
      Iterable<Minibatch> all, Iterable<Minibatch> labelled) {
    return () ->
        new Iterator<>() {
          private final Iterator<Minibatch> cells = all.iterator();
          private Iterator<Minibatch> named = labelled.iterator();

          @Override
          public boolean hasNext() {
            return cells.hasNext();
          }

          @Override
          public TrainingPlan.Step next() {
            if (!named.hasNext()) {
              named = labelled.iterator();
            }
            return new TrainingPlan.Step(cells.next(), named.hasNext() ? named.next() : null);
          }
        };
  }

  /// At most so many cells of each label, without replacement.
  private int[] drawn(int[] labelled, @Nullable Integer most, long seed, int epoch) {
    if (most == null) {
      return labelled;
    }
    var random = new SplittableRandom((seed ^ 0x5851f42d4c957f2dL) * 31 + epoch);
    var drawn = new ArrayList<int[]>();
    for (int code = 0; code < classes; code++) {
      int label = code;
      int[] own = Arrays.stream(labelled).filter(cell -> codes[cell] == label).toArray();
      int count = Math.min(most, own.length);
      for (int i = 0; i < count; i++) {
        int j = i + random.nextInt(own.length - i);
        int kept = own[i];
        own[i] = own[j];
        own[j] = kept;
      }
      drawn.add(Arrays.copyOf(own, count));
    }
    return joined(drawn);
  }

  private static int[] at(int[] all, int[] positions) {
    return Arrays.stream(positions).map(position -> all[position]).toArray();
  }

  private static int[] joined(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }
}
