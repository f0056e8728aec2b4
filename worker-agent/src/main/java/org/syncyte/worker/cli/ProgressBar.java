package org.syncyte.worker.cli;

import java.io.PrintStream;
import java.util.Locale;

/// Progress of long work, on the error stream so that results can be piped. On a terminal one line
/// is redrawn; elsewhere a line appears at every tenth.
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 28;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final String task;
  private final long total;
  private final long started = System.nanoTime();
  private long drawn;
  private int tenth = -1;
  private String note = "";
  private long done;

  private ProgressBar(PrintStream out, boolean terminal, String task, long total) {
    this.out = out;
    this.terminal = terminal;
    this.task = task;
    this.total = total;
  }

  /// A bar over `total` units of work.
  static ProgressBar of(String task, long total) {
    return new ProgressBar(System.err, System.console() != null, task, Math.max(1, total));
  }

  /// A bar that shows nothing, for `--quiet` and `--json`.
  static ProgressBar silent() {
    return new ProgressBar(
        new PrintStream(java.io.OutputStream.nullOutputStream(), false), false, "", 1);
  }

  synchronized void at(long position, String remark) {
    done = Math.min(position, total);
    note = remark;
    if (terminal) {
      long now = System.nanoTime();
      if (now - drawn > REDRAW_NANOS || done == total) {
        drawn = now;
        out.print("\r\u001b[2K" + line());
        out.flush();
      }
    } else if (done * 10 / total != tenth) {
      tenth = (int) (done * 10 / total);
      out.println(line());
    }
  }

  @Override
  public synchronized void close() {
    if (terminal && drawn != 0) {
      out.println();
    }
  }

  private String line() {
    int filled = (int) (WIDTH * done / total);
    double seconds = (System.nanoTime() - started) / 1e9;
    String left =
        done == 0 || done == total
            ? time(seconds)
            : time(seconds / done * (total - done)) + " left";
    return "%-10s %s%s %3d %%  %s  %s"
        .formatted(
            task, "━".repeat(filled), "─".repeat(WIDTH - filled), 100 * done / total, left, note);
  }

  static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? "%d s".formatted(whole) : "%d min %02d s".formatted(whole / 60, whole % 60);
  }

  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
