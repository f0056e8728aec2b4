package org.syncyte.worker.picture;

import java.util.List;
import org.syncyte.worker.picture.Svg.Anchor;

/// How often predictions were right against how sure they were: on the diagonal, confidence means
/// what it says; larger dots stand for more cells. Bars below show how many cells each confidence
/// has.
public final class Reliability {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 560;

  /// One range of confidence.
  public record Bin(double confidence, double accuracy, int cells) {}

  /// One line of the chart.
  public record Curve(String name, List<Bin> bins) {}

  private Reliability() {}

  /// @param curves at most two, the last one drawn strongest
  public static String svg(String title, String below, List<Curve> curves) {
    var svg = new Svg(WIDTH, HEIGHT);
    svg.title(24, title, below);
    var x = new Axis(0, 1, 78, WIDTH - 30.0);
    var y = new Axis(0, 1, HEIGHT - 130.0, 64);
    var frame = new Frame(svg, x, y);
    frame.draw("", "share of cells told right");
    svg.line(x.at(0), y.at(0), x.at(1), y.at(1), Svg.EDGE, 1.2, "stroke-dasharray=\"5 4\"");
    for (int k = 0; k < curves.size(); k++) {
      var curve = curves.get(k);
      var colour = k == curves.size() - 1 ? Svg.category(1) : Svg.category(9);
      var path = new StringBuilder();
      for (var bin : curve.bins) {
        if (bin.cells > 0) {
          path.append(
              Svg.format(
                  "%s%.1f %.1f",
                  path.isEmpty() ? "M" : "L", x.at(bin.confidence), y.at(bin.accuracy)));
        }
      }
      svg.path(path.toString(), colour, 1.4, "stroke-linejoin=\"round\" stroke-opacity=\"0.6\"");
      int all = curve.bins.stream().mapToInt(Bin::cells).sum();
      for (var bin : curve.bins) {
        if (bin.cells > 0) {
          double radius = 2.2 + 8 * Math.sqrt(bin.cells / (double) all);
          svg.circle(x.at(bin.confidence), y.at(bin.accuracy), radius, colour, 0.85);
        }
      }
      double at = 84 + 18.0 * k;
      svg.line(94, at - 4, 116, at - 4, colour, 2.5, "");
      svg.text(122, at, curve.name, 12, Svg.INK, Anchor.START);
    }
    var last = curves.getLast().bins;
    int most = last.stream().mapToInt(Bin::cells).max().orElse(1);
    double base = HEIGHT - 50.0;
    double wide = (x.to() - x.from()) / last.size();
    for (int i = 0; i < last.size(); i++) {
      double high = 46.0 * last.get(i).cells / Math.max(1, most);
      svg.rectangle(x.from() + wide * i + 1, base - high, wide - 2, high, Svg.category(9));
    }
    svg.line(x.from(), base, x.to(), base, Svg.EDGE, 1, "");
    svg.upright(x.from() - 46, base - 20, "cells", 12, Svg.INK, Anchor.MIDDLE);
    svg.text(x.from() - 8, base - 40, Integer.toString(most), 11, Svg.MUTED, Anchor.END);
    svg.text((x.from() + x.to()) / 2, base + 24, "confidence", 12, Svg.INK, Anchor.MIDDLE);
    return svg.finished();
  }
}
