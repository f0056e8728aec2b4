/// What a published file says about people who are not asked.
@NullMarked
package org.syncyte.cards.privacy;

import org.jspecify.annotations.NullMarked;
