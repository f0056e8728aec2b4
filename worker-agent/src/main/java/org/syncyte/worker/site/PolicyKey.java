package org.syncyte.worker.site;

import java.util.Arrays;
import java.util.Optional;

/// A switch of the policy file: one word lets something leave, the other keeps it. A switch that
/// the file does not name is closed.
public enum PolicyKey {
  GENE_NAMES("gene-names", "SHARE", "NEVER"),
  BATCH_NAMES("batch-names", "SHOW", "OPAQUE"),
  LABEL_NAMES("label-names", "SHARE", "NEVER"),
  STATISTICS("statistics", "ALLOW", "NEVER"),
  UPDATES("updates", "ALLOW", "NEVER"),
  PRIVATE_BLOCKS("private-blocks", "EACH_ROUND", "LOCAL"),
  METRICS_PER_SITE("metrics-per-site", "SHOW", "NEVER"),
  LATENTS("latents", "ALLOW", "NEVER"),
  PUBLISH("publish", "ALLOW", "NEVER");

  private final String name;
  private final String open;
  private final String closed;

  PolicyKey(String name, String open, String closed) {
    this.name = name;
    this.open = open;
    this.closed = closed;
  }

  /// As the policy file spells it.
  public String kebab() {
    return name;
  }

  /// The word that lets it leave.
  public String open() {
    return open;
  }

  /// The word that keeps it at the site.
  public String closed() {
    return closed;
  }

  static Optional<PolicyKey> named(String name) {
    return Arrays.stream(values()).filter(key -> key.name.equals(name)).findFirst();
  }
}
