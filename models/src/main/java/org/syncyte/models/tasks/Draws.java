package org.syncyte.models.tasks;

/// Draws of the normalised expression of a group of cells, from the posterior.
public interface Draws {
  int genes();

  int count();

  double at(int gene, int draw);

  /// Draws that lie gene by gene: `values[gene][draw]`.
  record Floats(float[][] values) implements Draws {
    @Override
    public int genes() {
      return values.length;
    }

    @Override
    public int count() {
      return values.length == 0 ? 0 : values[0].length;
    }

    @Override
    public double at(int gene, int draw) {
      return values[gene][draw];
    }
  }
}
