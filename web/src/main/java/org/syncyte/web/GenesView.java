package org.syncyte.web;

import java.util.List;

/// The genes a model was trained on, and the categories it knows.
///
/// @param query part of a gene's name, empty for all
/// @param total genes of the model
/// @param genes genes on this page
public record GenesView(
    ModelHead head,
    String query,
    long total,
    List<Gene> genes,
    Paging paging,
    List<Categories> categories) {
  public GenesView {
    genes = List.copyOf(genes);
    categories = List.copyOf(categories);
  }

  /// @param position place in the model's input, counted from 0
  public record Gene(long position, String name) {}

  /// The values that one column may take.
  public record Categories(String column, List<String> values) {
    public Categories {
      values = List.copyOf(values);
    }

    public int count() {
      return values.size();
    }
  }

  public String totalText() {
    return Figures.count(total);
  }
}
