/// The Hub protocol that the stock clients speak.
@NullMarked
package org.syncyte.hub.hfapi;

import org.jspecify.annotations.NullMarked;
