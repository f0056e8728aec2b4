package org.syncyte.worker.picture;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.syncyte.worker.picture.Svg.Anchor;

/// Cells in the plane, coloured by what they are. Large groups are drawn first, so that rare cells
/// stay visible, and each group is named where its middle lies.
public final class CellMap {
  private static final double SIDE = 620;
  private static final int MOST = 40_000;

  private CellMap() {}

  /// @param codes of each cell, its category; below zero for none
  public static String svg(
      String title, String below, float[] x, float[] y, int[] codes, List<String> categories) {
    double legend = categories.stream().mapToDouble(name -> Svg.width(name, 12)).max().orElse(0);
    var svg = new Svg(SIDE + 48 + legend + 90, SIDE + 84);
    svg.title(24, title, below);
    double half = 1e-9;
    double middleX = middle(x);
    double middleY = middle(y);
    for (int i = 0; i < x.length; i++) {
      half = Math.max(half, Math.max(Math.abs(x[i] - middleX), Math.abs(y[i] - middleY)));
    }
    var across = Axis.over(middleX - half, middleX + half, 24, 24 + SIDE);
    var up = Axis.over(middleY - half, middleY + half, 64 + SIDE, 64);
    int step = Math.max(1, x.length / MOST);
    var counts = new int[categories.size()];
    IntStream.of(codes).filter(code -> code >= 0).forEach(code -> counts[code]++);
    var order =
        IntStream.range(0, categories.size())
            .boxed()
            .sorted(Comparator.comparingInt(code -> -counts[code]))
            .toList();
    double dot = Math.max(2.2, Math.min(5, 260 / Math.sqrt(Math.max(1, x.length))));
    var round = "stroke-linecap=\"round\" stroke-opacity=\"0.75\"";
    svg.path(dots(x, y, codes, -1, step, across, up), Svg.EDGE, dot, round);
    for (int code : order) {
      svg.path(dots(x, y, codes, code, step, across, up), Svg.category(code), dot, round);
    }
    double row = 84;
    for (int code : order) {
      if (counts[code] > 0 && row < SIDE + 60) {
        svg.circle(SIDE + 52, row - 4, 5, Svg.category(code), 1);
        svg.text(SIDE + 64, row, categories.get(code), 12, Svg.INK, Anchor.START);
        svg.text(svg.width() - 14, row, Svg.format("%,d", counts[code]), 11, Svg.MUTED, Anchor.END);
        row += 20;
      }
    }
    if (categories.size() <= 24) {
      for (int code : order) {
        if (counts[code] > 0) {
          svg.haloed(
              across.at(median(x, codes, code)),
              up.at(median(y, codes, code)),
              categories.get(code),
              12,
              Svg.INK,
              Anchor.MIDDLE);
        }
      }
    }
    return svg.finished();
  }

  private static String dots(
      float[] x, float[] y, int[] codes, int code, int step, Axis across, Axis up) {
    var path = new StringBuilder();
    for (int i = 0; i < x.length; i += step) {
      if (Math.max(codes[i], -1) == code) {
        path.append(Svg.format("M%.1f %.1fh0", across.at(x[i]), up.at(y[i])));
      }
    }
    return path.toString();
  }

  private static double middle(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return (low + high) / 2;
  }

  private static double median(float[] values, int[] codes, int code) {
    var own =
        IntStream.range(0, values.length)
            .filter(i -> codes[i] == code)
            .mapToDouble(i -> values[i])
            .toArray();
    Arrays.sort(own);
    return own[own.length / 2];
  }
}
