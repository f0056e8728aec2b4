/// The folder of a finished model, as it lies on disk and on a hub.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.folder;
