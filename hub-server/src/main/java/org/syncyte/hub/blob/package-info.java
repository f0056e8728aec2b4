/// Bytes on disk, addressed by their SHA-256.
@NullMarked
package org.syncyte.hub.blob;

import org.jspecify.annotations.NullMarked;
