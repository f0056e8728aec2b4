package org.syncyte.worker.picture;

import java.util.List;
import org.syncyte.worker.picture.Svg.Anchor;

/// Genes against groups: a dot's colour says how strong a gene speaks for a group, its size in how
/// many cells it occurs.
public final class DotPlot {
  private static final double CELL = 24;
  private static final double LARGEST = 9.5;

  /// @param genes names of the columns
  /// @param groups names of the rows
  /// @param values strength, [group][gene], signed
  /// @param shares in [0, 1], [group][gene]
  public record Table(
      List<String> genes, List<String> groups, double[][] values, double[][] shares) {}

  private DotPlot() {}

  public static String svg(
      String title, String below, String valueName, String shareName, Table table) {
    double rowNames =
        table.groups.stream().mapToDouble(name -> Svg.width(name, 12)).max().orElse(0);
    double columnNames =
        table.genes.stream().mapToDouble(name -> Svg.width(name, 11)).max().orElse(0);
    double left = 24 + rowNames + 14;
    double top = 62 + columnNames + 10;
    double wide = CELL * table.genes.size();
    double high = CELL * table.groups.size();
    double legend = 170;
    var svg =
        new Svg(
            Math.max(left + wide + legend, Svg.width(title, 16) + 60),
            Math.max(top + high + 30, top + 190));
    svg.title(24, title, below);
    double largest = 1e-12;
    for (var row : table.values) {
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    for (int r = 0; r < table.groups.size(); r++) {
      double y = top + CELL * (r + 0.5);
      svg.text(left - 10, y + 4, table.groups.get(r), 12, Svg.INK, Anchor.END);
      svg.line(left, y, left + wide, y, Svg.LINE, 1, "");
    }
    for (int c = 0; c < table.genes.size(); c++) {
      double x = left + CELL * (c + 0.5);
      svg.upright(x + 4, top - 8, table.genes.get(c), 11, Svg.INK, Anchor.START);
      svg.line(x, top, x, top + high, Svg.LINE, 1, "");
    }
    for (int r = 0; r < table.groups.size(); r++) {
      for (int c = 0; c < table.genes.size(); c++) {
        double radius = Math.max(1.4, LARGEST * Math.sqrt(table.shares[r][c]));
        svg.circle(
            left + CELL * (c + 0.5),
            top + CELL * (r + 0.5),
            radius,
            Shade.signed(table.values[r][c] / largest),
            1);
      }
    }
    legend(svg, left + wide + 30, top, largest, valueName, shareName);
    return svg.finished();
  }

  private static void legend(
      Svg svg, double x, double y, double largest, String valueName, String shareName) {
    svg.text(x, y + 4, valueName, 11, Svg.INK, Anchor.START);
    int steps = 40;
    for (int i = 0; i < steps; i++) {
      double share = 2.0 * i / (steps - 1) - 1;
      svg.rectangle(x + 100.0 * i / steps, y + 12, 100.0 / steps + 0.3, 10, Shade.signed(share));
    }
    svg.text(x, y + 36, number(-largest), 10, Svg.MUTED, Anchor.START);
    svg.text(x + 50, y + 36, "0", 10, Svg.MUTED, Anchor.MIDDLE);
    svg.text(x + 100, y + 36, number(largest), 10, Svg.MUTED, Anchor.END);
    svg.text(x, y + 66, shareName, 11, Svg.INK, Anchor.START);
    double[] shares = {0.1, 0.5, 1};
    for (int i = 0; i < shares.length; i++) {
      double at = y + 86 + 24 * i;
      svg.circle(x + 10, at, LARGEST * Math.sqrt(shares[i]), Svg.EDGE, 1);
      svg.text(x + 28, at + 4, Math.round(100 * shares[i]) + " %", 11, Svg.MUTED, Anchor.START);
    }
  }

  private static String number(double value) {
    return Svg.format(Math.abs(value) < 0.01 ? "%.1e" : "%.2f", value).replace('-', '−');
  }
}
