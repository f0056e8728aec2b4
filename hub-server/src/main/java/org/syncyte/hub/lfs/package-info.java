/// Uploads of large files: batch, transfer, parts, verification.
@NullMarked
package org.syncyte.hub.lfs;

import org.jspecify.annotations.NullMarked;
