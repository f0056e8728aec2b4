/// What the hub finds out about each commit, and what it does with dangerous files.
///
/// Checks run after the commit, one commit at a time, from a queue in the database: a commit is
/// never lost because its card is wrong, and no request waits for a model to be read. Only the scan
/// of pickles can also run before a download, since nothing may be handed out unscanned.
@NullMarked
package org.syncyte.hub.trust;

import org.jspecify.annotations.NullMarked;
