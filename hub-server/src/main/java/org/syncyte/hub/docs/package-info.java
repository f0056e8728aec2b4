/// What the hub offers to programs, described: operations and recipes.
@NullMarked
package org.syncyte.hub.docs;

import org.jspecify.annotations.NullMarked;
