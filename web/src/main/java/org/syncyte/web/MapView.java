package org.syncyte.web;

import java.util.List;

/// The two-dimensional map of a model's cells.
///
/// @param places address of the cells as [MapPoints#places]
/// @param column what an address of [MapPoints#column] begins with; a column's name follows
/// @param image address of the map as a picture, for readers without scripts
/// @param of cells of the model, of which the map shows a sample if there are more than `cells`
/// @param colourings every column the cells can be coloured by; one is chosen
public record MapView(
    ModelHead head,
    String places,
    String column,
    String image,
    long cells,
    long of,
    List<Colouring> colourings) {
  public MapView {
    colourings = List.copyOf(colourings);
  }

  /// @param key column of obs
  /// @param href the map coloured by this column
  /// @param legend categories with their cells, in the order of their colours
  public record Colouring(String key, String href, boolean current, List<Entry> legend) {
    public Colouring {
      legend = List.copyOf(legend);
    }

    public String label() {
      return key.replace('_', ' ');
    }
  }

  /// @param swatch style of the colour: `c0` and on for categories, `r0` and on for numbers
  public record Entry(String label, long cells, String swatch) {
    public static Entry of(String label, long cells, int position, boolean measured) {
      return new Entry(
          label,
          cells,
          measured ? "r" + position % MapImage.RAMP : "c" + position % MapImage.COLOURS);
    }

    public String cellsText() {
      return Figures.count(cells);
    }
  }

  public String cellsText() {
    return cells < of
        ? "%s of %s cells, drawn at random,".formatted(Figures.count(cells), Figures.count(of))
        : Figures.count(cells) + " cells";
  }

  public Colouring current() {
    return colourings.stream().filter(Colouring::current).findFirst().orElseThrow();
  }
}
