/// Clients of the hub: repositories with large files, and the blobs of a federation.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.hub;
