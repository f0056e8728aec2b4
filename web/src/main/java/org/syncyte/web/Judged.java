package org.syncyte.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.syncyte.cards.privacy.PrivacyLint;
import org.syncyte.cards.results.Evaluation;

/// Labels told beside labels known: a matrix of shares, and how sure the model was.
///
/// @param facts accuracy and calibration in numbers
/// @param columns labels told
/// @param note what is not shown, and why; empty if all is
public record Judged(
    List<Fact> facts, List<String> columns, List<Row> rows, String note, List<Curve> curves) {
  /// More rows than a page shows at once are not read by anyone.
  private static final int MAX_ROWS = 40;

  public Judged {
    facts = List.copyOf(facts);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    curves = List.copyOf(curves);
  }

  /// Cells of one known label.
  public record Row(String label, String cells, List<Share> shares) {
    public Row {
      shares = List.copyOf(shares);
    }
  }

  /// @param shade style of the share: `s0` for none to `s10` for all
  /// @param percent whole percent of the row
  /// @param words the same as a count, in a sentence
  public record Share(String shade, String percent, String words) {
    static Share of(long count, long all, String known, String told) {
      double share = count / (double) all;
      var percent =
          count == 0 ? "0" : share < 0.005 ? "<1" : Long.toString(Math.round(100 * share));
      return new Share(
          "s" + (count == 0 ? 0 : Math.clamp(Math.round(10 * share), 1, 10)),
          percent,
          "%s of %s cells known as %s were told %s"
              .formatted(Figures.count(count), Figures.count(all), known, told));
    }
  }

  /// Confidence against the share of right ones, at one temperature.
  public record Curve(String name, List<Point> points) {
    public Curve {
      points = List.copyOf(points);
    }
  }

  public record Point(String bin, TrainingView.Value confidence, TrainingView.Value right, long n) {
    public String cells() {
      return Figures.count(n);
    }
  }

  public static Judged of(Evaluation found) {
    var known = found.known().stream().filter(row -> row.cells() >= PrivacyLint.SMALL).toList();
    var shown =
        known.stream()
            .sorted(Comparator.comparingLong(row -> -row.cells()))
            .limit(MAX_ROWS)
            .map(Evaluation.Known::label)
            .toList();
    var labels = found.labels().stream().filter(shown::contains).toList();
    var rows = new ArrayList<Row>();
    boolean others = false;
    for (var label : labels) {
      var row = known.stream().filter(one -> one.label().equals(label)).findFirst().orElseThrow();
      var shares = new ArrayList<Share>();
      long rest = row.cells();
      for (var told : labels) {
        int count = row.told().get(found.labels().indexOf(told));
        rest -= count;
        shares.add(Share.of(count, row.cells(), label, told));
      }
      others |= rest > 0;
      shares.add(Share.of(rest, row.cells(), label, "another label"));
      rows.add(new Row(label, Figures.count(row.cells()), shares));
    }
    var columns = new ArrayList<>(labels);
    if (others) {
      columns.add("another");
    } else {
      rows.replaceAll(
          row -> new Row(row.label(), row.cells(), row.shares().subList(0, labels.size())));
    }
    return new Judged(
        facts(found), columns, rows, note(found, known.size(), labels.size()), curves(found));
  }

  private static List<Fact> facts(Evaluation found) {
    var facts = new ArrayList<Fact>();
    facts.add(Fact.of("told right", percent(found.accuracy())));
    facts.add(Fact.count("cells judged", (long) found.cells()));
    for (var calibration : found.calibrations()) {
      boolean plain = calibration.temperature() == 1;
      facts.add(
          Fact.of(
              plain
                  ? "expected calibration error"
                  : "error at temperature " + Figures.decimal(calibration.temperature()),
              percent(calibration.error())));
    }
    return facts;
  }

  private static String note(Evaluation found, int known, int shown) {
    var note = new StringBuilder();
    int hidden = found.known().size() - known + found.withheld().size();
    note.append(Ranked.withheld(hidden, "label"));
    if (shown < known) {
      note.append(note.isEmpty() ? "" : " ")
          .append("Of %d labels the %d with most cells are shown.".formatted(known, shown));
    }
    return note.toString();
  }

  private static List<Curve> curves(Evaluation found) {
    var curves = new ArrayList<Curve>();
    for (var calibration : found.calibrations()) {
      var points = new ArrayList<Point>();
      for (var bin : calibration.bins()) {
        if (bin.cells() >= PrivacyLint.SMALL) {
          points.add(
              new Point(
                  String.format(Locale.ROOT, "%.2f to %.2f", bin.low(), bin.high()),
                  TrainingView.Value.of(bin.confidence()),
                  TrainingView.Value.of(bin.accuracy()),
                  bin.cells()));
        }
      }
      curves.add(
          new Curve(
              calibration.temperature() == 1
                  ? "as told"
                  : "at temperature " + Figures.decimal(calibration.temperature()),
              points));
    }
    return curves;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
