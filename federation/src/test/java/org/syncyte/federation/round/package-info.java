@org.jspecify.annotations.NullMarked
package org.syncyte.federation.round;
