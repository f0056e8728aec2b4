package org.syncyte.hub.trust;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How commits are checked.
@ConfigMapping(prefix = "syncyte.hub.trust")
public interface TrustSettings {
  /// Commits that are checked at the same time; 0 checks none.
  @WithDefault("1")
  int workers();

  /// Models above this size are scanned but not read. Less if the hub's memory is small.
  @WithDefault("1073741824")
  long model();

  /// Data files above this size are not read. Less if the hub's memory is small.
  @WithDefault("4294967296")
  long data();

  /// Whether the hub keeps branches `compat/…` with repaired and pickle-free forms.
  @WithDefault("true")
  boolean derive();

  /// What happens to a pickle with names that are neither allowed nor dangerous: `ALLOW` or
  /// `REFUSE`.
  @WithDefault("ALLOW")
  Unknown unknownPickles();

  /// When published proofs run again; `off` for never.
  @WithDefault("0 30 3 * * ?")
  String nightly();

  /// What to do with a file that nobody can vouch for.
  enum Unknown {
    ALLOW,
    REFUSE
  }
}
