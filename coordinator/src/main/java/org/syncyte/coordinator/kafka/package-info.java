/// A Kafka broker of our own, in a process of its own.
@org.jspecify.annotations.NullMarked
package org.syncyte.coordinator.kafka;
