package org.syncyte.worker.site;

import java.nio.file.Path;

/// Writes the site's cells without counts: posterior means and variances, library sizes, and the
/// columns of the cell table that the policy names.
interface Minified {
  void write(LocalModel model, SiteData data, RunFolder run, Path target);
}
