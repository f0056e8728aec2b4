/// What changed between two revisions of a model.
@NullMarked
package org.syncyte.hub.diff;

import org.jspecify.annotations.NullMarked;
