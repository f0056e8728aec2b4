package org.syncyte.hub.trust;

import java.io.IOException;

/// One way to look at a commit.
interface Check {
  /// Short and stable; the order of checks is that of their names in [Checks].
  String name();

  CheckResult run(Subject subject) throws IOException;
}
