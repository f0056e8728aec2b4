package org.syncyte.worker.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.worker.picture.Svg.Anchor;

/// Genes by the size of their change and how sure it is; those that matter are coloured, the surest
/// of each side named.
public final class Volcano {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 540;
  private static final int NAMED = 12;

  /// One gene.
  ///
  /// @param x size and direction of its change
  /// @param y how sure it is
  /// @param marked whether it is coloured
  public record Gene(String name, double x, double y, boolean marked) {}

  private Volcano() {}

  /// @param delta changes smaller than this do not count; null draws no limits
  public static String svg(
      String title,
      String below,
      String xName,
      String yName,
      List<Gene> genes,
      @Nullable Double delta) {
    var svg = new Svg(WIDTH, HEIGHT);
    svg.title(24, title, below);
    double reach = genes.stream().mapToDouble(gene -> Math.abs(gene.x)).max().orElse(1);
    double low = Math.min(0, genes.stream().mapToDouble(Gene::y).min().orElse(0));
    double high = genes.stream().mapToDouble(Gene::y).max().orElse(1);
    var x = Axis.over(-Math.max(reach, 1e-9), Math.max(reach, 1e-9), 78, WIDTH - 24.0);
    var y = Axis.over(low, Math.max(high, low + 1e-9), HEIGHT - 56.0, 64);
    new Frame(svg, x, y).draw(xName, yName);
    if (delta != null) {
      for (double limit : new double[] {-delta, delta}) {
        var dashed = "stroke-dasharray=\"4 4\"";
        svg.line(x.at(limit), y.from(), x.at(limit), y.to(), Svg.EDGE, 1, dashed);
      }
    }
    for (var gene : genes) {
      if (!gene.marked) {
        svg.circle(x.at(gene.x), y.at(gene.y), 2.2, Svg.EDGE, 0.45);
      }
    }
    for (var gene : genes) {
      if (gene.marked) {
        svg.circle(x.at(gene.x), y.at(gene.y), 3, colour(gene), 0.8);
      }
    }
    name(svg, x, y, genes.stream().filter(gene -> gene.marked && gene.x > 0).toList());
    name(svg, x, y, genes.stream().filter(gene -> gene.marked && gene.x <= 0).toList());
    return svg.finished();
  }

  private static String colour(Gene gene) {
    return gene.x > 0 ? Svg.category(1) : Svg.category(0);
  }

  /// Names the surest genes, each beside its dot where no other name stands.
  private static void name(Svg svg, Axis x, Axis y, List<Gene> genes) {
    var taken = new ArrayList<double[]>();
    var best =
        genes.stream()
            .sorted(
                Comparator.comparingDouble((Gene gene) -> -gene.y)
                    .thenComparingDouble(gene -> -Math.abs(gene.x)))
            .limit(4L * NAMED)
            .sorted(Comparator.comparingDouble((Gene gene) -> -Math.abs(gene.x)))
            .limit(NAMED)
            .toList();
    for (var gene : best) {
      double wide = Svg.width(gene.name, 11);
      boolean right = gene.x > 0 != x.at(Math.abs(gene.x)) + wide + 8 > WIDTH - 8;
      double left = right ? x.at(gene.x) + 6 : x.at(gene.x) - 6 - wide;
      if (left < 80 && !right) {
        left = x.at(gene.x) + 6;
      }
      double start = left;
      int way =
          IntStream.of(0, -12, 12, -24, 24, 36, 48, 60)
              .filter(off -> free(taken, start, y.at(gene.y) + 4 + off, wide))
              .findFirst()
              .orElse(Integer.MAX_VALUE);
      if (way == Integer.MAX_VALUE) {
        continue;
      }
      double at = y.at(gene.y) + 4 + way;
      if (way != 0) {
        double middle = left > x.at(gene.x) ? left : left + wide;
        svg.line(x.at(gene.x), y.at(gene.y), middle, at - 4, Svg.EDGE, 0.6, "");
      }
      svg.haloed(left, at, gene.name, 11, colour(gene), Anchor.START);
      taken.add(new double[] {left, at, wide});
    }
  }

  private static boolean free(List<double[]> taken, double left, double at, double wide) {
    return at > 60
        && taken.stream()
            .noneMatch(other ->
                Math.abs(other[1] - at) < 12
                    && left < other[0] + other[2] + 4
                    && other[0] < left + wide + 4);
  }
}
