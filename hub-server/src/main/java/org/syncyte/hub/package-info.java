/// The hub: start, settings, errors. Features live in the packages below.
@NullMarked
package org.syncyte.hub;

import org.jspecify.annotations.NullMarked;
