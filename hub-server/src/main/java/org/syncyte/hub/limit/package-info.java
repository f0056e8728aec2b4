/// How many requests one caller may make.
@NullMarked
package org.syncyte.hub.limit;

import org.jspecify.annotations.NullMarked;
