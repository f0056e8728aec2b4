/// Keeping what is needed and nothing else: collection of garbage, and whole repositories as one
/// file.
@NullMarked
package org.syncyte.hub.keep;

import org.jspecify.annotations.NullMarked;
