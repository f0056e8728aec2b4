package org.syncyte.models.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;
import org.syncyte.models.ProteinModel;

/// The start of the prior of totalVI's protein background, fitted to the data.
///
/// In a cell, most proteins are background and few are foreground. So for each panel, of 100 cells
/// drawn with replacement, the log counts log(1 + y) of the measured proteins of one cell are told
/// apart into two normal distributions; the lower one, with mean μ and deviation s, is the
/// background. All proteins of the panel start with the mean of μ and with √(Σ s²) / 100. A cell of
/// which the fit fails counts with μ = 0 and s = 0.05, as does a panel that measured fewer than
/// five proteins; a panel without cells starts at 0 and 1. Panels known from a reference keep what
/// they are.
final class ProteinBackground {
  private static final String MEAN = "background_pro_alpha";
  private static final String LOG_SCALE = "background_pro_log_beta";
  private static final int CELLS = 100;
  private static final int FEWEST = 5;
  private static final double FAILED = 0.05;

  private ProteinBackground() {}

  /// Writes the prior into the fit, if its model asks for it.
  static void prepare(Fit fit, DataSource data, long seed) {
    if (!(fit.model() instanceof ProteinModel model)
        || !model.empiricalPrior()
        || fit.kept().contains(MEAN)) {
      return;
    }
    var panels = model.panels();
    int count = panels.panels().size();
    int proteins = panels.proteins();
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var members = members(data, count);
    var tensors = new LinkedHashMap<>(fit.state().tensors());
    var means = LibraryPrior.values(tensors, MEAN);
    var logScales = LibraryPrior.values(tensors, LOG_SCALE);
    for (int panel = fit.panelsLearned(); panel < count; panel++) {
      double[] start = start(data, model, panel, members.get(panel), random);
      for (int p = 0; p < proteins; p++) {
        means[p * count + panel] = (float) start[0];
        logScales[p * count + panel] = (float) Math.log(start[1]);
      }
    }
    long[] shape = {proteins, count};
    tensors.put(MEAN, new Tensor.Floats(shape, means));
    tensors.put(LOG_SCALE, new Tensor.Floats(shape, logScales));
    fit.network().load(new StateDict(tensors));
  }

  private static ArrayList<int[]> members(DataSource data, int panels) {
    var cells = new ArrayList<ArrayList<Integer>>();
    IntStream.range(0, panels).forEach(_ -> cells.add(new ArrayList<>()));
    for (int from = 0; from < data.cells(); from += data.block()) {
      int first = from;
      int[] block = new int[Math.min(data.block(), data.cells() - from)];
      Arrays.setAll(block, i -> first + i);
      var read = data.read(block);
      int[] codes = read.panel() == null ? read.batch() : read.panel();
      for (int i = 0; i < block.length; i++) {
        cells.get(codes[i]).add(block[i]);
      }
    }
    var members = new ArrayList<int[]>();
    cells.forEach(one -> members.add(one.stream().mapToInt(Integer::intValue).toArray()));
    return members;
  }

  /// Mean and deviation of the log background of a panel.
  private static double[] start(
      DataSource data, ProteinModel model, int panel, int[] members, RandomGenerator random) {
    if (members.length == 0) {
      return new double[] {0, 1};
    }
    int proteins = model.panels().proteins();
    var rows = model.panels().measured();
    int[] measured =
        IntStream.range(0, proteins)
            .filter(p -> !model.masked() || panel >= rows.size() || rows.get(panel).get(p))
            .toArray();
    if (measured.length < FEWEST) {
      return new double[] {0, FAILED};
    }
    int[] drawn = random.ints(CELLS, 0, members.length).map(i -> members[i]).toArray();
    float[] counts = data.read(drawn).proteins();
    double mean = 0;
    double square = 0;
    for (int i = 0; i < CELLS && counts != null; i++) {
      var logs = new double[measured.length];
      for (int k = 0; k < logs.length; k++) {
        logs[k] = Math.log1p(counts[i * proteins + measured[k]]);
      }
      var lower = TwoNormals.fit(logs);
      mean += (lower == null ? 0 : lower.lowerMean()) / CELLS;
      square += lower == null ? FAILED * FAILED : lower.lowerVariance();
    }
    return new double[] {mean, Math.sqrt(square) / CELLS};
  }
}
