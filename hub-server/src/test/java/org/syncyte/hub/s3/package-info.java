@NullMarked
package org.syncyte.hub.s3;

import org.jspecify.annotations.NullMarked;
