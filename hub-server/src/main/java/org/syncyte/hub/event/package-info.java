/// What happened in the hub, told in the transaction in which it happens.
@NullMarked
package org.syncyte.hub.event;

import org.jspecify.annotations.NullMarked;
