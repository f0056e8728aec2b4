package org.syncyte.models;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;

/// Cells of three types from two sites: each type has genes of its own, the second site doubles a
/// tenth of all genes.
final class MadeUpCells {
  static final int GENES = 60;
  static final Setup SETUP = new Setup(null, "site", "type", null);

  private MadeUpCells() {}

  static int type(int cell) {
    return cell % 3;
  }

  static AnnData of(int cells, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var counts = new float[cells * GENES];
    var sites = new int[cells];
    var types = new int[cells];
    var barcodes = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      sites[c] = c % 2;
      types[c] = type(c);
      barcodes.add("cell" + c);
      double depth = 0.5 + random.nextDouble();
      for (int g = 0; g < GENES; g++) {
        double mean = depth * (g / 15 == types[c] ? 8 : 1);
        if (g % 10 == 0 && sites[c] == 1) {
          mean *= 2;
        }
        double threshold = Math.exp(-mean);
        double product = random.nextDouble();
        while (product > threshold) {
          counts[c * GENES + g]++;
          product *= random.nextDouble();
        }
      }
    }
    var genes = new ArrayList<String>();
    for (int g = 0; g < GENES; g++) {
      genes.add("gene" + g);
    }
    return AnnData.of(
        new Dense(cells, GENES, counts),
        DataFrame.of(barcodes)
            .with("site", new Column.Categorical(sites, List.of("north", "south"), false))
            .with("type", new Column.Categorical(types, List.of("a", "b", "c"), false)),
        DataFrame.of(genes));
  }

  static Registry registry(AnnData data) {
    return Registry.of(data, SETUP);
  }
}
