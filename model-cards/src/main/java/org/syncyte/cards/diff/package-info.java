/// What changed between two versions of a model.
@NullMarked
package org.syncyte.cards.diff;

import org.jspecify.annotations.NullMarked;
