/// What sites of a federation exchange, and how public runs go.
@NullMarked
package org.syncyte.hub.federation;

import org.jspecify.annotations.NullMarked;
