package org.syncyte.hub.keep;

import org.syncyte.hub.discussion.Transcript;
import org.syncyte.hub.repo.Snapshot;

/// All of a repository but for the content itself.
record Closure(Snapshot snapshot, Transcript transcript) {}
