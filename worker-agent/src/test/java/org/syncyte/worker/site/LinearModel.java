package org.syncyte.worker.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Block;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.message.Progress;

/// The smallest model with everything that a federation treats apart: a weight shared by all, a
/// column for each batch, a counter, a dead tensor. It fits mean counts by gradient steps.
final class LinearModel implements LocalModel {
  static int trainings;

  private final Manifest manifest;
  private final SiteData data;
  private final Layout layout;
  private StateDict state;

  LinearModel(Manifest manifest, SiteData data) {
    this.manifest = manifest;
    this.data = data;
    long genes = manifest.varNames().size();
    long batches = manifest.batches().size();
    var blocks = new ArrayList<Block>();
    for (int b = 0; b < batches; b++) {
      blocks.add(new Block(1, b, Block.BATCH, manifest.batches().get(b)));
    }
    layout =
        new Layout(
            List.of(
                new Layout.Entry("mean", List.of(genes), Layout.Role.TRAINED, List.of()),
                new Layout.Entry("batch", List.of(genes, batches), Layout.Role.TRAINED, blocks),
                new Layout.Entry("steps", List.of(), Layout.Role.COUNTER, List.of()),
                new Layout.Entry("unused", List.of(3L), Layout.Role.DEAD, List.of())));
    var random = new Random(manifest.spec().seed());
    state =
        new StateDict(
            Map.of(
                "mean", new Tensor.Floats(new long[] {genes}, drawn(random, (int) genes)),
                "batch",
                    new Tensor.Floats(
                        new long[] {genes, batches}, drawn(random, (int) (genes * batches))),
                "steps", new Tensor.Longs(new long[0], new long[1]),
                "unused", new Tensor.Floats(new long[] {3}, new float[] {1, 2, 3})));
  }

  private static float[] drawn(Random random, int length) {
    var values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public StateDict state() {
    return state;
  }

  @Override
  public void load(StateDict next) {
    layout.check(next);
    state = next;
  }

  @Override
  public long trainingCells() {
    return data.cells();
  }

  private Map<String, Long> owned() {
    var counts = new TreeMap<String, Long>();
    for (var batch : manifest.batches()) {
      if (manifest.batchOwners().getOrDefault(batch, List.of()).contains(siteOf())) {
        counts.put(Block.BATCH + ":" + batch, data.cells());
      }
    }
    return counts;
  }

  private String siteOf() {
    var name = data.files().getFirst().obs().index().getFirst();
    return name.substring(0, name.indexOf(':'));
  }

  @Override
  public Set<String> ownKeys() {
    return new TreeSet<>(owned().keySet());
  }

  @Override
  public Outcome train(Schedule schedule, Watcher watcher) {
    trainings++;
    var target = new Moments(data, null, manifest.varNames()).sums();
    var mean = state.floats("mean").values().clone();
    var batch = state.floats("batch").values().clone();
    int batches = manifest.batches().size();
    double loss = 0;
    for (int epoch = 1; epoch <= schedule.epochs(); epoch++) {
      loss = 0;
      for (int g = 0; g < mean.length; g++) {
        double error = mean[g] - (double) target.longs("s1")[g] / target.longs("n")[0];
        loss += error * error;
        mean[g] -= (float) (0.1 * error);
        for (int b = 0; b < batches; b++) {
          batch[g * batches + b] -= (float) (0.1 * error);
        }
      }
      watcher.epoch(epoch, loss, 1000);
    }
    var next = new LinkedHashMap<>(state.tensors());
    next.put("mean", new Tensor.Floats(new long[] {mean.length}, mean));
    next.put("batch", new Tensor.Floats(new long[] {mean.length, batches}, batch));
    if (state.tensors().get("steps") instanceof Tensor.Longs(var shape, var steps)) {
      next.put("steps", new Tensor.Longs(shape, new long[] {steps[0] + schedule.epochs()}));
    }
    state = new StateDict(next);
    var weights = new TreeMap<>(owned());
    weights.put("all", data.cells());
    return new Outcome(Progress.newBuilder().setElboTrain(loss).build(), weights);
  }

  @Override
  public Latents latents() {
    int cells = Math.toIntExact(data.cells());
    return new Latents(
        new Dense(cells, 2, new float[2 * cells]),
        new Dense(cells, 2, new float[2 * cells]),
        new float[cells]);
  }

  @Override
  public void close() {}
}
