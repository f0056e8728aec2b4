package org.syncyte.onnx.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.syncyte.anndata.Csr;

/// Which column of a query feeds which gene of a model.
///
/// Genes meet by name. Genes that only the query has are left out; genes that only the model has
/// read zero, which a model was not trained to see for many genes at once. So mapping is refused
/// when too few genes are found.
///
/// @param target for each column of the query the gene it feeds, or -1
/// @param missing genes of the model that the query lacks, in the model's order
/// @param genes number of genes of the model
public record GeneAlignment(int[] target, List<String> missing, int genes) {
  public GeneAlignment {
    missing = List.copyOf(missing);
  }

  /// @throws IllegalArgumentException if no gene is found, or one is found twice
  public static GeneAlignment of(List<String> genes, List<String> query) {
    var positions = new HashMap<String, Integer>();
    for (int i = 0; i < genes.size(); i++) {
      positions.put(genes.get(i), i);
    }
    var target = new int[query.size()];
    Arrays.fill(target, -1);
    var found = new HashSet<String>();
    for (int i = 0; i < query.size(); i++) {
      var position = positions.get(query.get(i));
      if (position != null) {
        if (!found.add(query.get(i))) {
          throw new IllegalArgumentException(
              "gene '%s' occurs twice in the query; sum or rename its columns first"
                  .formatted(query.get(i)));
        }
        target[i] = position;
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the model's %d genes (%s, ...) is in the query (%s, ...); name genes as the model does, for instance by symbol or by Ensembl id without version"
              .formatted(genes.size(), first(genes), first(query)));
    }
    var missing = new ArrayList<>(genes);
    missing.removeIf(found::contains);
    return new GeneAlignment(target, missing, genes.size());
  }

  /// Share of the model's genes that the query has.
  public double coverage() {
    return (double) (genes - missing.size()) / genes;
  }

  /// Refuses a query that has too few of the genes.
  public void require(double minimum) {
    if (coverage() < minimum) {
      throw new IllegalArgumentException(
          "the query has %d of the model's %d genes (%.1f %%), below the required %.1f %%; missing are %s%s; add these genes, or lower the required coverage and judge the result with care"
              .formatted(
                  genes - missing.size(),
                  genes,
                  100 * coverage(),
                  100 * minimum,
                  String.join(", ", missing.subList(0, Math.min(10, missing.size()))),
                  missing.size() > 10 ? ", ..." : ""));
    }
  }

  /// Refuses a query that lacks one of these.
  public void require(List<String> needed) {
    var lacking = needed.stream().filter(missing::contains).toList();
    if (!lacking.isEmpty()) {
      throw new IllegalArgumentException(
          "the query lacks %s, by which the model reads cells; rename its columns, or choose a model of its panel"
              .formatted(lacking));
    }
  }

  /// Rows of the query in the model's order of genes, dense.
  float[] dense(Csr rows) {
    var values = new float[Math.multiplyExact(rows.rows(), genes)];
    for (int r = 0; r < rows.rows(); r++) {
      for (int i = (int) rows.indptr()[r]; i < rows.indptr()[r + 1]; i++) {
        int gene = target[rows.indices()[i]];
        if (gene >= 0) {
          values[r * genes + gene] = rows.values()[i];
        }
      }
    }
    return values;
  }

  private static String first(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(3, names.size())));
  }
}
