package org.syncyte.federation;

/// Names of the topics of a federation.
public final class Topics {
  /// Records that could not be parsed or verified.
  public static final String DEAD_LETTERS = "scfed.dlq";

  private Topics() {}

  /// Coordinator to all sites.
  public static String ctl(String federation) {
    return "scfed." + federation + ".ctl";
  }

  /// Coordinator to one site.
  public static String down(String federation, String site) {
    return "scfed.%s.%s.down".formatted(federation, site);
  }

  /// One site to the coordinator.
  public static String up(String federation, String site) {
    return "scfed.%s.%s.up".formatted(federation, site);
  }

  /// The log of decisions.
  public static String journal(String federation) {
    return "scfed." + federation + ".journal";
  }

  /// Snapshots of the state machine.
  public static String state(String federation) {
    return "scfed." + federation + ".state";
  }

  /// Signs of life of all sites; never part of a decision.
  public static String pulse(String federation) {
    return "scfed." + federation + ".pulse";
  }
}
