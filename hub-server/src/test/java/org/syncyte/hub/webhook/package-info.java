@NullMarked
package org.syncyte.hub.webhook;

import org.jspecify.annotations.NullMarked;
