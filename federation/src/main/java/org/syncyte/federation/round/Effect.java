package org.syncyte.federation.round;

import org.syncyte.federation.message.Envelope;

/// What follows from an event, for the world outside to do.
public sealed interface Effect {
  /// A message on the `ctl` topic.
  record ToAll(Envelope message) implements Effect {}

  /// A message on the `down` topic of a site.
  record ToSite(String site, Envelope message) implements Effect {}

  /// Work to begin; its end is an [Event.Computed].
  record Compute(Task task) implements Effect {}
}
