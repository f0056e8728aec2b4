package org.syncyte.models.tasks;

import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;

/// Some cells of a data set, in an order of their own; a cell may occur more than once.
///
/// @param chosen positions in `all`
public record Selection(DataSource all, int[] chosen) implements DataSource {
  @Override
  public int cells() {
    return chosen.length;
  }

  @Override
  public int genes() {
    return all.genes();
  }

  @Override
  public Minibatch read(int[] cells) {
    var positions = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      positions[i] = chosen[cells[i]];
    }
    return all.read(positions);
  }

  @Override
  public int block() {
    return all.block();
  }

  @Override
  public int window() {
    return all.window();
  }

  @Override
  public void requireCounts(String what) {
    all.requireCounts(what);
  }
}
