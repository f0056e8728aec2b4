package org.syncyte.worker.site;

/// Watches an agent, for progress bars and logs. Called from the agent's own threads; what it hears
/// may be shown at the site and goes nowhere else.
public interface SiteListener {
  SiteListener SILENT = new SiteListener() {};

  /// What the agent is doing now, in a few words.
  default void stage(String run, String what) {}

  /// Local training of a round goes on.
  ///
  /// @param elbo of the training cells in the epoch that ended; lower is better
  default void epoch(
      String run, int round, int epoch, int epochs, double elbo, double cellsPerSecond) {}

  /// A round was committed.
  default void round(String run, int round, int rounds) {}

  /// Bytes moved to or from the hub.
  default void transfer(String file, long done, long total) {}

  /// A message left the site.
  default void sent(String type, long bytes) {}

  /// The agent did not do what it was asked to do.
  ///
  /// @param detail the policy key or rule that leaves the site
  /// @param why for the site's eyes
  default void declined(String run, String reason, String detail, String why) {}

  /// A message was not understood or not signed by the coordinator.
  default void ignored(String why) {}

  /// A run ended.
  default void ended(String run, String outcome) {}
}
