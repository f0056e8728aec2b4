@org.jspecify.annotations.NullMarked
package org.syncyte.worker.folder;
