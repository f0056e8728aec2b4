package org.syncyte.worker.picture;

import java.util.List;
import org.syncyte.worker.picture.Svg.Anchor;

/// What cells of each known type were told to be: rows sum to all cells of a type.
public final class Confusion {
  private Confusion() {}

  /// @param counts cells, [known][told]
  public static String svg(
      String title, String below, List<String> known, List<String> told, int[][] counts) {
    double names = known.stream().mapToDouble(name -> Svg.width(name, 12)).max().orElse(0);
    double above = told.stream().mapToDouble(name -> Svg.width(name, 12)).max().orElse(0);
    double side = 52;
    double left = 24 + names + 44;
    double top = 66 + above * 0.72 + 34;
    double right = left + side * told.size();
    var svg =
        new Svg(
            Math.max(right + 40 + above * 0.7, Svg.width(below, 12) + 60),
            top + side * known.size() + 30);
    svg.title(24, title, below);
    for (int c = 0; c < told.size(); c++) {
      double x = left + side * (c + 0.5);
      svg.text(
          x,
          top - 10,
          told.get(c),
          12,
          Svg.INK,
          Anchor.START,
          Svg.format("transform=\"rotate(-45 %.1f %.1f)\"", x, top - 10));
    }
    svg.text(right + 10, top + 16, "told", 11, Svg.MUTED, Anchor.START);
    svg.upright(30, top + side * known.size() / 2, "known", 11, Svg.MUTED, Anchor.MIDDLE);
    for (int r = 0; r < known.size(); r++) {
      double y = top + side * r;
      svg.text(left - 10, y + side / 2 + 4, known.get(r), 12, Svg.INK, Anchor.END);
      int all = 0;
      for (int count : counts[r]) {
        all += count;
      }
      for (int c = 0; c < told.size(); c++) {
        double share = all == 0 ? 0 : counts[r][c] / (double) all;
        double x = left + side * c;
        svg.rectangle(x + 1, y + 1, side - 2, side - 2, Shade.unsigned(share));
        if (counts[r][c] > 0) {
          var colour = share > 0.45 ? "#ffffff" : Svg.INK;
          svg.text(
              x + side / 2,
              y + side / 2 + 1,
              Integer.toString(counts[r][c]),
              12,
              colour,
              Anchor.MIDDLE);
          svg.text(
              x + side / 2,
              y + side / 2 + 15,
              Svg.format("%.0f %%", 100 * share),
              10,
              colour,
              Anchor.MIDDLE);
        }
      }
    }
    return svg.finished();
  }
}
