/// What a published model says about itself: card, hub metadata, and their checks.
@org.jspecify.annotations.NullMarked
package org.syncyte.cards;
