package org.syncyte.worker.site;

import java.io.PrintStream;
import java.util.Locale;

/// One line for each thing that happens at the site.
public final class ConsoleListener implements SiteListener {
  private final PrintStream out;

  public ConsoleListener(PrintStream out) {
    this.out = out;
  }

  @Override
  public void stage(String run, String what) {
    line(run, what);
  }

  @Override
  public void epoch(
      String run, int round, int epoch, int epochs, double elbo, double cellsPerSecond) {
    line(
        run,
        "round %d epoch %d/%d elbo %.3f, %.0f cells/s"
            .formatted(round, epoch, epochs, elbo, cellsPerSecond));
  }

  @Override
  public void round(String run, int round, int rounds) {
    line(run, "round %d of %d committed".formatted(round, rounds));
  }

  @Override
  public void sent(String type, long bytes) {
    line("", "sent %s, %d bytes".formatted(type, bytes));
  }

  @Override
  public void declined(String run, String reason, String detail, String why) {
    line(run, "declined (%s %s): %s".formatted(reason, detail, why));
  }

  @Override
  public void ignored(String why) {
    line("", "ignored " + why);
  }

  @Override
  public void ended(String run, String outcome) {
    line(run, "ended: " + outcome.toLowerCase(Locale.ROOT));
  }

  private void line(String run, String text) {
    out.println(run.isEmpty() ? text : run + ": " + text);
    out.flush();
  }
}
