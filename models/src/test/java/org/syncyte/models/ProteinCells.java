package org.syncyte.models;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.models.distributions.CountDraws;

/// Cells of three types from two sites, with surface proteins.
///
/// Assumed: each type has twelve genes of its own, eight times as high there. Protein p is carried
/// by nine tenths of the cells of type p mod 3 and by a tenth of the others. Its background is
/// log-normal around a level of its own, one for each cell; where it is carried, the mean is ten
/// times the background. Counts are negative binomial, θ = 10. The second site sees 1.5 times of
/// every protein and did not measure the last one. Sites and types are independent.
///
/// @param mean mean counts of proteins at the first site (cells, proteins)
record ProteinCells(AnnData data, boolean[][] carried, double[][] mean) {
  static final int GENES = 40;
  static final int PROTEINS = 12;
  static final Setup SETUP =
      new Setup(null, "site", null, null).withProteins(new ProteinKeys("antibodies"));

  static int type(int cell) {
    return cell % 3;
  }

  /// Share of the cells of a type that carry a protein.
  static double share(int type, int protein) {
    return protein % 3 == type ? 0.9 : 0.1;
  }

  static int site(int cell) {
    return cell / 3 % 2;
  }

  static ProteinCells of(int cells, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var draws = new CountDraws(random);
    var counts = new float[cells * GENES];
    var proteins = new float[cells * PROTEINS];
    var carried = new boolean[cells][PROTEINS];
    var mean = new double[cells][PROTEINS];
    var sites = new int[cells];
    var types = new int[cells];
    var barcodes = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      sites[c] = site(c);
      types[c] = type(c);
      barcodes.add("cell" + c);
      double depth = 0.5 + random.nextDouble();
      for (int g = 0; g < GENES; g++) {
        counts[c * GENES + g] = draws.poisson(depth * (g / 12 == types[c] ? 8 : 1));
      }
      for (int p = 0; p < PROTEINS; p++) {
        double background = Math.exp(1 + 0.3 * (p % 4) + 0.3 * random.nextGaussian());
        carried[c][p] = random.nextDouble() < share(types[c], p);
        mean[c][p] = background * (carried[c][p] ? 10 : 1);
        boolean measured = sites[c] == 0 || p < PROTEINS - 1;
        proteins[c * PROTEINS + p] =
            measured ? draws.negativeBinomial(mean[c][p] * (sites[c] == 0 ? 1 : 1.5), 10) : 0;
      }
    }
    return new ProteinCells(
        AnnData.of(
                new Dense(cells, GENES, counts),
                DataFrame.of(barcodes)
                    .with("site", new Column.Categorical(sites, List.of("north", "south"), false))
                    .with("type", new Column.Categorical(types, List.of("a", "b", "c"), false)),
                DataFrame.of(names("gene", GENES)))
            .withObsm(
                "antibodies", new Dense(cells, PROTEINS, proteins, names("protein", PROTEINS))),
        carried,
        mean);
  }

  Registry registry() {
    return Registry.of(data, SETUP);
  }

  private static List<String> names(String what, int count) {
    return java.util.stream.IntStream.range(0, count).mapToObj(i -> what + i).toList();
  }
}
