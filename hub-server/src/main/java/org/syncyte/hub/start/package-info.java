/// Where the hub's process begins.
@org.jspecify.annotations.NullMarked
package org.syncyte.hub.start;
