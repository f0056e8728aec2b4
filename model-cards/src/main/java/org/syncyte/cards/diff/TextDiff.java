package org.syncyte.cards.diff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shortest list of lines to add and remove that makes one text of another.
///
/// Myers, Algorithmica 1, 1986: walk along diagonals of the edit grid, farthest first, and keep the
/// frontier of each number of edits for the way back. The price is (lines) × (edits); texts with
/// more than 2,000 edits between them are shown as one replaced by the other.
public final class TextDiff {
  private static final int MAX_EDITS = 2_000;
  private static final int MAX_LINES = 20_000;

  /// What happened to a line.
  public enum Kind {
    SAME,
    ADDED,
    REMOVED
  }

  public record Line(Kind kind, String text) {}

  private TextDiff() {}

  /// The lines of both texts in order; lines beyond the limit are left out.
  public static List<Line> of(String before, String after) {
    var a = before.lines().limit(MAX_LINES).toList();
    var b = after.lines().limit(MAX_LINES).toList();
    int start = 0;
    while (start < a.size() && start < b.size() && a.get(start).equals(b.get(start))) {
      start++;
    }
    int end = 0;
    while (end < a.size() - start
        && end < b.size() - start
        && a.get(a.size() - 1 - end).equals(b.get(b.size() - 1 - end))) {
      end++;
    }
    var lines = new ArrayList<Line>();
    a.subList(0, start).forEach(line -> lines.add(new Line(Kind.SAME, line)));
    middle(a.subList(start, a.size() - end), b.subList(start, b.size() - end), lines);
    a.subList(a.size() - end, a.size()).forEach(line -> lines.add(new Line(Kind.SAME, line)));
    return lines;
  }

  /// Changed lines with a few around them; longer stretches of equal lines are left out.
  public static List<List<Line>> hunks(List<Line> lines, int around) {
    var hunks = new ArrayList<List<Line>>();
    var open = new ArrayList<Line>();
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (near(lines, i, around)) {
        if (last >= 0 && i > last + 1) {
          hunks.add(List.copyOf(open));
          open.clear();
        }
        open.add(lines.get(i));
        last = i;
      }
    }
    if (!open.isEmpty()) {
      hunks.add(List.copyOf(open));
    }
    return hunks;
  }

  private static boolean near(List<Line> lines, int at, int around) {
    int from = Math.max(0, at - around);
    int to = Math.min(lines.size() - 1, at + around);
    for (int i = from; i <= to; i++) {
      if (lines.get(i).kind() != Kind.SAME) {
        return true;
      }
    }
    return false;
  }

  private static void middle(List<String> a, List<String> b, List<Line> lines) {
    var frontiers = a.isEmpty() || b.isEmpty() ? null : walk(a, b);
    if (frontiers == null) {
      a.forEach(line -> lines.add(new Line(Kind.REMOVED, line)));
      b.forEach(line -> lines.add(new Line(Kind.ADDED, line)));
      return;
    }
    var backwards = new ArrayList<Line>();
    int x = a.size();
    int y = b.size();
    for (int edits = frontiers.size() - 1; edits > 0; edits--) {
      var before = frontiers.get(edits - 1);
      int diagonal = x - y;
      int middle = edits - 1;
      boolean down =
          diagonal == -edits
              || diagonal != edits
                  && reach(before, middle, diagonal - 1) < reach(before, middle, diagonal + 1);
      int fromDiagonal = down ? diagonal + 1 : diagonal - 1;
      int fromX = reach(before, middle, fromDiagonal);
      // Equal lines after the edit; the edit itself starts at fromX.
      int afterX = down ? fromX : fromX + 1;
      while (x > afterX) {
        backwards.add(new Line(Kind.SAME, a.get(--x)));
        y--;
      }
      if (down) {
        backwards.add(new Line(Kind.ADDED, b.get(--y)));
      } else {
        backwards.add(new Line(Kind.REMOVED, a.get(--x)));
      }
    }
    while (x > 0 && y > 0) {
      backwards.add(new Line(Kind.SAME, a.get(--x)));
      y--;
    }
    Collections.reverse(backwards);
    lines.addAll(backwards);
  }

  private static int reach(int[] frontier, int edits, int diagonal) {
    int at = diagonal + edits;
    return at < 0 || at >= frontier.length ? -1 : frontier[at];
  }

  /// For each number of edits how far each diagonal reaches, or null if there are too many.
  private static @Nullable List<int[]> walk(List<String> a, List<String> b) {
    var frontiers = new ArrayList<int[]>();
    int most = Math.min(MAX_EDITS, a.size() + b.size());
    for (int edits = 0; edits <= most; edits++) {
      var frontier = new int[2 * edits + 1];
      for (int diagonal = -edits; diagonal <= edits; diagonal += 2) {
        int x = 0;
        if (edits > 0) {
          var before = frontiers.get(edits - 1);
          int left = reach(before, edits - 1, diagonal - 1);
          int above = reach(before, edits - 1, diagonal + 1);
          x = diagonal == -edits || diagonal != edits && left < above ? above : left + 1;
        }
        int y = x - diagonal;
        while (x < a.size() && y < b.size() && y >= 0 && a.get(x).equals(b.get(y))) {
          x++;
          y++;
        }
        frontier[diagonal + edits] = x;
        if (x >= a.size() && y >= b.size()) {
          frontiers.add(frontier);
          return frontiers;
        }
      }
      frontiers.add(frontier);
    }
    return null;
  }
}
