package org.syncyte.worker.picture;

import java.util.List;
import org.syncyte.worker.picture.Svg.Anchor;

/// Measures of a training over its epochs: one panel for each kind of measure.
public final class Curves {
  private static final double WIDTH = 640;
  private static final double PANEL = 250;

  /// One measure.
  public record Curve(String name, List<Double> values) {}

  /// Measures on one scale.
  public record Panel(String name, List<Curve> curves) {}

  private Curves() {}

  public static String svg(String title, String below, String step, List<Panel> panels) {
    var svg = new Svg(WIDTH, 70 + PANEL * panels.size());
    svg.title(24, title, below);
    double right = WIDTH - 24;
    var names =
        panels.stream()
            .flatMap(panel -> panel.curves.stream().map(Curve::name))
            .distinct()
            .toList();
    for (int k = names.size() - 1; k >= 0; k--) {
      svg.text(right, 26, names.get(k), 12, Svg.INK, Anchor.END);
      right -= Svg.width(names.get(k), 12) + 30;
      svg.line(right, 22, right + 20, 22, Svg.category(k), 2.5, "");
      right -= 16;
    }
    for (int p = 0; p < panels.size(); p++) {
      panel(svg, 66 + PANEL * p, step, panels.get(p), names);
    }
    return svg.finished();
  }

  private static void panel(Svg svg, double top, String step, Panel panel, List<String> names) {
    var all = panel.curves.stream().flatMap(curve -> curve.values.stream()).sorted().toList();
    // The first epochs fall steeply and would leave no room for the rest.
    double low = all.getFirst();
    double high = all.getLast();
    double most =
        panel.curves.stream().mapToDouble(curve -> settled(curve.values)).max().orElse(high);
    if (high - low > 6 * (most - low) && most > low) {
      high = low + 3 * (most - low);
    }
    int epochs = panel.curves.stream().mapToInt(curve -> curve.values.size()).max().orElse(1);
    var x = new Axis(1, Math.max(2, epochs), 88, WIDTH - 24);
    var y = Axis.over(low, high, top + PANEL - 56, top + 10);
    new Frame(svg, x, y).draw(step, panel.name);
    for (var curve : panel.curves) {
      var colour = Svg.category(names.indexOf(curve.name));
      var path = new StringBuilder();
      for (int i = 0; i < curve.values.size(); i++) {
        double value = curve.values.get(i);
        if (Double.isFinite(value) && value <= y.high()) {
          path.append(
              Svg.format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x.at(i + 1.0), y.at(value)));
        }
      }
      svg.path(path.toString(), colour, 2, "stroke-linejoin=\"round\"");
    }
  }

  /// The value a tenth of the way in.
  private static double settled(List<Double> values) {
    return values.get(values.size() / 10);
  }
}
