/// Who asked for the files of gated repositories, and what was answered.
@NullMarked
package org.syncyte.hub.access;

import org.jspecify.annotations.NullMarked;
