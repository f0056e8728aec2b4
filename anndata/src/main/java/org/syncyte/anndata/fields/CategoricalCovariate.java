package org.syncyte.anndata.fields;

import java.util.List;

/// A column of the cells that a model takes as a covariate, and its categories in code order.
public record CategoricalCovariate(String key, List<String> categories) {
  public CategoricalCovariate {
    categories = List.copyOf(categories);
  }
}
