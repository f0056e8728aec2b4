/// The federated protocol as pure functions: no clock, no network, no randomness of its own.
@org.jspecify.annotations.NullMarked
package org.syncyte.federation;
