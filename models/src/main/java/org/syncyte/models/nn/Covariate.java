package org.syncyte.models.nn;

import java.util.ArrayList;
import java.util.List;

/// A categorical covariate and its categories in code order. With fewer than two categories it
/// tells nothing and takes no one-hot column.
public record Covariate(String name, List<String> categories) {
  public Covariate {
    categories = List.copyOf(categories);
  }

  public int size() {
    return categories.size();
  }

  /// Number of one-hot columns.
  public int width() {
    return size() > 1 ? size() : 0;
  }

  /// One block per category along `axis`, from `offset` on.
  public List<CategoryBlock> blocks(int axis, int offset) {
    var blocks = new ArrayList<CategoryBlock>();
    for (int i = 0; i < size(); i++) {
      blocks.add(new CategoryBlock(axis, offset + i, name, categories.get(i)));
    }
    return blocks;
  }

  /// One-hot columns of several covariates together.
  public static int width(List<Covariate> covariates) {
    return covariates.stream().mapToInt(Covariate::width).sum();
  }
}
