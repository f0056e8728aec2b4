/// An append-only record of what was changed, without personal data.
@NullMarked
package org.syncyte.hub.audit;

import org.jspecify.annotations.NullMarked;
