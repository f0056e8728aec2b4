package org.syncyte.worker.picture;

import org.syncyte.worker.picture.Svg.Anchor;

/// The area of a chart between its axes.
record Frame(Svg svg, Axis x, Axis y) {
  /// Grid, marks and names of both axes.
  void draw(String xName, String yName) {
    double left = x.from();
    double right = x.to();
    double bottom = y.from();
    double top = y.to();
    for (double mark : y.marks()) {
      svg.line(left, y.at(mark), right, y.at(mark), Svg.LINE, 1, "");
      svg.text(left - 8, y.at(mark) + 4, Axis.text(mark), 11, Svg.MUTED, Anchor.END);
    }
    for (double mark : x.marks()) {
      svg.line(x.at(mark), bottom, x.at(mark), bottom + 5, Svg.EDGE, 1, "");
      svg.text(x.at(mark), bottom + 18, Axis.text(mark), 11, Svg.MUTED, Anchor.MIDDLE);
    }
    svg.line(left, bottom, right, bottom, Svg.EDGE, 1, "");
    svg.text((left + right) / 2, bottom + 38, xName, 12, Svg.INK, Anchor.MIDDLE);
    svg.upright(left - 46, (top + bottom) / 2, yName, 12, Svg.INK, Anchor.MIDDLE);
  }
}
