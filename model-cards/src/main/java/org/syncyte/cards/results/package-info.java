/// Results of an analysis that are published with a model: their files, read and written.
@NullMarked
package org.syncyte.cards.results;

import org.jspecify.annotations.NullMarked;
