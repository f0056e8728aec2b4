package org.syncyte.worker.picture;

import java.util.Locale;

/// An SVG file in the making. Lengths are pixels at 96 to the inch; the paper is white, so that
/// what is seen is what is printed.
final class Svg {
  static final String INK = "#1a1e21";
  static final String MUTED = "#5a6066";
  static final String LINE = "#e2ded4";
  static final String EDGE = "#8b8a82";
  static final String SPOT = "#c2456b";
  static final String ACCENT = "#0a5a63";

  /// Colours of categories, told apart in print and by colour-blind readers.
  private static final String[] CATEGORIES = {
    "#0072b2", "#d55e00", "#009e73", "#b65a92", "#2b9bd7", "#c98a00",
    "#332288", "#882255", "#6b7a00", "#5f6670", "#117733", "#a1452e"
  };

  /// Where a text stands relative to its point.
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder body = new StringBuilder();
  private final double width;
  private final double height;

  Svg(double width, double height) {
    this.width = width;
    this.height = height;
  }

  static String category(int code) {
    return CATEGORIES[code % CATEGORIES.length];
  }

  /// About how wide a text is.
  static double width(String text, double size) {
    double width = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      width += "iljtfr.,:;|!' ()".indexOf(c) >= 0 ? 0.32 : Character.isUpperCase(c) ? 0.68 : 0.56;
    }
    return width * size;
  }

  double width() {
    return width;
  }

  double height() {
    return height;
  }

  Svg text(double x, double y, String text, double size, String colour, Anchor anchor) {
    return text(x, y, text, size, colour, anchor, "");
  }

  /// @param more further attributes
  Svg text(
      double x, double y, String text, double size, String colour, Anchor anchor, String more) {
    body.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" fill=\"%s\" text-anchor=\"%s\" %s>",
            x, y, size, colour, anchor.name().toLowerCase(Locale.ROOT), more));
    body.append(escaped(text)).append("</text>\n");
    return this;
  }

  /// A text that stands out from what lies under it.
  Svg haloed(double x, double y, String text, double size, String colour, Anchor anchor) {
    var halo =
        "font-weight=\"600\" stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\""
            + " paint-order=\"stroke\"";
    return text(x, y, text, size, colour, anchor, halo);
  }

  /// A text that runs upwards.
  Svg upright(double x, double y, String text, double size, String colour, Anchor anchor) {
    return text(
        x, y, text, size, colour, anchor, format("transform=\"rotate(-90 %.1f %.1f)\"", x, y));
  }

  /// Title and, below it, a quieter sentence.
  Svg title(double x, String title, String below) {
    text(x, 26, title, 16, INK, Anchor.START, "font-weight=\"600\"");
    return text(x, 45, below, 12, MUTED, Anchor.START);
  }

  Svg line(double x1, double y1, double x2, double y2, String colour, double thick, String more) {
    body.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                + " stroke-width=\"%.1f\" %s/>\n",
            x1, y1, x2, y2, colour, thick, more));
    return this;
  }

  Svg circle(double x, double y, double radius, String colour, double opacity) {
    body.append(
        format(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.2f\" fill=\"%s\" fill-opacity=\"%.2f\"/>\n",
            x, y, radius, colour, opacity));
    return this;
  }

  Svg rectangle(double x, double y, double wide, double high, String colour) {
    body.append(
        format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
            x, y, wide, high, colour));
    return this;
  }

  /// One path, such as a curve.
  Svg path(String description, String colour, double thick, String more) {
    body.append(
        format(
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.2f\" %s/>\n",
            description, colour, thick, more));
    return this;
  }

  String finished() {
    return format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0"
                + " %.0f %.0f\" font-family=\"'Helvetica Neue', Arial, 'Liberation Sans',"
                + " sans-serif\">\n",
            width, height, width, height)
        + format("<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n", width, height)
        + body
        + "</svg>\n";
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String escaped(String text) {
    var escaped = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            default -> escaped.appendCodePoint(c < 0x20 ? ' ' : c);
          }
        });
    return escaped.toString();
  }
}
