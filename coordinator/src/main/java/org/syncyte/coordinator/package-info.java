/// Runs federations: log, clock and network around the protocol of `federation`.
@org.jspecify.annotations.NullMarked
package org.syncyte.coordinator;
