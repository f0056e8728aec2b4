package org.syncyte.web;

import java.util.Arrays;
import java.util.Locale;

/// A map of cells as an SVG picture, in colours that follow the reader's light or dark setting.
///
/// One path per category draws all its cells as round dots (`h0` with a round line cap), which
/// takes some eight bytes per cell. Cells are thinned evenly and without chance, so the same file
/// gives the same picture. Large categories are drawn first: rare cells stay visible.
public final class MapImage {
  private static final int SIDE = 1000;
  private static final int MARGIN = 40;

  /// How many colours there are; categories beyond use them again.
  public static final int COLOURS = 12;

  /// How many colours there are for numbers; one more stands for those that are not known.
  public static final int RAMP = 8;

  static final String[] LIGHT_RAMP = {
    "#e3b23c", "#e59434", "#dd6e3b", "#cb4b55", "#ab2f6d", "#83277e", "#582180", "#2d1a5e",
    "#b9bcbf"
  };
  static final String[] DARK_RAMP = {
    "#5f4fa8", "#8350b4", "#aa56ad", "#cd5d98", "#e8727d", "#f59066", "#fab45f", "#fbdb7c",
    "#4a5054"
  };

  static final String[] LIGHT = {
    "#0072b2", "#d55e00", "#009e73", "#b65a92", "#2b9bd7", "#c98a00",
    "#332288", "#882255", "#6b7a00", "#5f6670", "#117733", "#a1452e"
  };
  static final String[] DARK = {
    "#4aa8e8", "#f0803c", "#2cc295", "#e39bc6", "#8fd0f5", "#f0b840",
    "#a99cf0", "#e0719f", "#c4cf5a", "#a9b0b8", "#6fcf8a", "#e59a83"
  };

  private MapImage() {}

  /// @param by column to colour by
  /// @param most how many cells to draw at most
  /// @param dot diameter of a dot, in thousandths of the picture
  public static String svg(LatentMap map, String by, int most, double dot) {
    var coding = map.coding(by);
    var measured = map.measured(by);
    var categories = coding.categories().size();
    var paths = new StringBuilder[categories + 1];
    Arrays.setAll(paths, _ -> new StringBuilder());
    var frame = Frame.of(map);
    var step = Math.max(1, (map.cells() + most - 1) / most);
    for (var cell = 0; cell < map.cells(); cell += step) {
      var code = coding.codes()[cell];
      var px = frame.px(map.x()[cell]);
      var py = frame.py(map.y()[cell]);
      if (px >= 0) {
        paths[code < 0 ? categories : code]
            .append('M')
            .append(px)
            .append(' ')
            .append(py)
            .append("h0");
      }
    }
    var svg = new StringBuilder(64 * map.cells() / step + 2048);
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 1000\"><style>path{")
        .append("fill:none;stroke-linecap:round;stroke-opacity:.8;stroke-width:")
        .append(String.format(Locale.ROOT, "%.1f", dot))
        .append('}');
    rules(svg, measured ? LIGHT_RAMP : LIGHT);
    svg.append("@media(prefers-color-scheme:dark){");
    rules(svg, measured ? DARK_RAMP : DARK);
    svg.append("}</style>");
    var counts = coding.counts();
    var order = new Integer[categories];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(counts[b], counts[a]));
    path(svg, paths[categories], measured ? RAMP : 9);
    for (var category : order) {
      path(svg, paths[category], category % COLOURS);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void rules(StringBuilder svg, String[] colours) {
    for (var i = 0; i < colours.length; i++) {
      svg.append(".c").append(i).append("{stroke:").append(colours[i]).append('}');
    }
  }

  private static void path(StringBuilder svg, StringBuilder dots, int colour) {
    if (!dots.isEmpty()) {
      svg.append("<path class=\"c").append(colour).append("\" d=\"").append(dots).append("\"/>");
    }
  }

  /// Places coordinates in a square, both axes to the same scale.
  private record Frame(double midX, double midY, double scale) {
    static Frame of(LatentMap map) {
      double lowX = Double.MAX_VALUE, highX = -Double.MAX_VALUE;
      double lowY = Double.MAX_VALUE, highY = -Double.MAX_VALUE;
      for (var i = 0; i < map.cells(); i++) {
        double x = map.x()[i], y = map.y()[i];
        if (Double.isFinite(x) && Double.isFinite(y)) {
          lowX = Math.min(lowX, x);
          highX = Math.max(highX, x);
          lowY = Math.min(lowY, y);
          highY = Math.max(highY, y);
        }
      }
      var span = Math.max(Math.max(highX - lowX, highY - lowY), 1e-12);
      return new Frame((lowX + highX) / 2, (lowY + highY) / 2, (SIDE - 2 * MARGIN) / span);
    }

    int px(double x) {
      return Double.isFinite(x) ? (int) Math.round(SIDE / 2.0 + (x - midX) * scale) : -1;
    }

    int py(double y) {
      return Double.isFinite(y) ? (int) Math.round(SIDE / 2.0 - (y - midY) * scale) : -1;
    }
  }
}
