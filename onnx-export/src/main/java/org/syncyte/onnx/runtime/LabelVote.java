package org.syncyte.onnx.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;

/// Labels for query cells from the labelled cells nearest to them.
///
/// The label that most neighbours carry wins; among equals, the one with the nearest neighbour. The
/// agreement is the share of the neighbours that carry it, or the label that the cell has already.
final class LabelVote {
  private final Neighbours neighbours;
  private final int[] labels;
  private final List<String> categories;

  private LabelVote(Neighbours neighbours, int[] labels, List<String> categories) {
    this.neighbours = neighbours;
    this.labels = labels;
    this.categories = categories;
  }

  /// @param column labels of the reference cells; cells without one have no vote
  static LabelVote of(Dense latent, Column column) {
    var coded = coded(column);
    int labelled = (int) java.util.Arrays.stream(coded.codes()).filter(code -> code >= 0).count();
    var labels = new int[labelled];
    var values = new float[Math.multiplyExact(labelled, latent.columns())];
    int next = 0;
    for (int cell = 0; cell < latent.rows(); cell++) {
      if (coded.codes()[cell] >= 0) {
        System.arraycopy(
            latent.values(),
            cell * latent.columns(),
            values,
            next * latent.columns(),
            latent.columns());
        labels[next++] = coded.codes()[cell];
      }
    }
    var reference = new Dense(labelled, latent.columns(), values);
    return new LabelVote(new Neighbours(reference), labels, coded.categories());
  }

  int cells() {
    return labels.length;
  }

  /// @param given labels that the query cells have already, or null: the neighbours choose; a label
  ///   that no reference cell carries agrees with none
  Result vote(Dense queries, int k, @Nullable Column given) {
    var nearest = neighbours.of(queries, k);
    var winners = new int[queries.rows()];
    var agreement = new double[queries.rows()];
    var votes = new int[categories.size()];
    for (int q = 0; q < queries.rows(); q++) {
      java.util.Arrays.fill(votes, 0);
      for (int i = q * k; i < (q + 1) * k; i++) {
        votes[labels[nearest.indices()[i]]]++;
      }
      int winner = labels[nearest.indices()[q * k]];
      for (int i = q * k; i < (q + 1) * k; i++) {
        int label = labels[nearest.indices()[i]];
        if (votes[label] > votes[winner]) {
          winner = label;
        }
      }
      if (given != null) {
        winner = categories.indexOf(given.text(q));
      }
      winners[q] = winner;
      agreement[q] = winner < 0 ? 0 : (double) votes[winner] / k;
    }
    return new Result(
        given != null ? given : new Column.Categorical(winners, categories, false),
        new Column.Floats(agreement, false));
  }

  record Result(Column label, Column agreement) {}

  private static Column.Categorical coded(Column column) {
    if (column instanceof Column.Categorical categorical) {
      return categorical;
    }
    var categories = new java.util.TreeSet<String>();
    for (int i = 0; i < column.size(); i++) {
      var text = column.text(i);
      if (text != null) {
        categories.add(text);
      }
    }
    var ordered = List.copyOf(categories);
    var codes = new int[column.size()];
    for (int i = 0; i < codes.length; i++) {
      var text = column.text(i);
      codes[i] = text == null ? -1 : java.util.Collections.binarySearch(ordered, text);
    }
    return new Column.Categorical(codes, ordered, false);
  }
}
