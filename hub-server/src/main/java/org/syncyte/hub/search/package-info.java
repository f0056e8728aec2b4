/// Finding models by the genes they read.
@NullMarked
package org.syncyte.hub.search;

import org.jspecify.annotations.NullMarked;
