/// Blobs that sites of a federation exchange.
@NullMarked
package org.syncyte.hub.federation;

import org.jspecify.annotations.NullMarked;
