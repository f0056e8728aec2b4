@NullMarked
package org.syncyte.hub.access;

import org.jspecify.annotations.NullMarked;
