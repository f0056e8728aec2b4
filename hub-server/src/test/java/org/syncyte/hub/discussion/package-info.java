@NullMarked
package org.syncyte.hub.discussion;

import org.jspecify.annotations.NullMarked;
