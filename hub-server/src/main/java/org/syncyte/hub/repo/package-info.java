/// Versioned repositories: refs, commits, trees, blobs, and the search over them.
@NullMarked
package org.syncyte.hub.repo;

import org.jspecify.annotations.NullMarked;
