package org.syncyte.worker.cli;

import java.util.HashMap;
import java.util.Map;
import org.syncyte.worker.hub.Progress;

/// Adds the bytes of several files up for one bar.
final class Transfer implements Progress {
  private final ProgressBar bar;
  private final Map<String, Long> files = new HashMap<>();

  Transfer(ProgressBar bar) {
    this.bar = bar;
  }

  @Override
  public synchronized void moved(String file, long done, long total) {
    files.put(file, done);
    bar.at(files.values().stream().mapToLong(Long::longValue).sum(), file);
  }
}
