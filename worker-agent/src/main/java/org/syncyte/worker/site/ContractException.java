package org.syncyte.worker.site;

/// The site's data, or its release, do not satisfy the run. The rule's name may leave the site; the
/// message stays in the site's own log.
final class ContractException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String rule;

  ContractException(String rule, String message) {
    super(message);
    this.rule = rule;
  }

  /// A short name without any value from the data.
  String rule() {
    return rule;
  }
}
