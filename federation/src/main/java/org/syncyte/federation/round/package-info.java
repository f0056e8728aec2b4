/// The state machine of a federation: states, events, effects, and the function between them.
@org.jspecify.annotations.NullMarked
package org.syncyte.federation.round;
