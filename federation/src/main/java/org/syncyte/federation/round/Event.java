package org.syncyte.federation.round;

import java.util.List;
import java.util.SortedMap;
import org.syncyte.federation.Blob;
import org.syncyte.federation.message.Envelope;

/// What happened: the only thing that changes a [State], and all that the journal holds.
public sealed interface Event {
  /// Coordinator time, never less than that of the event before.
  long timeMs();

  /// The federation exists.
  ///
  /// @param open whether sites may enrol themselves
  record Opened(long timeMs, String federation, boolean open) implements Event {}

  /// A site belongs to it.
  record Enrolled(long timeMs, String site, String publicKey) implements Event {}

  /// An operator declares a run.
  ///
  /// @param spec canonical JSON
  record Declared(long timeMs, String spec) implements Event {}

  /// An operator ends a run.
  record Cancelled(long timeMs, String run) implements Event {}

  /// A message whose signature is right.
  record Received(long timeMs, Envelope message) implements Event {}

  /// A deadline has passed.
  record TimerFired(long timeMs, String run, long dueMs) implements Event {}

  /// A [Task] is done.
  record Computed(long timeMs, String task, Result result) implements Event {}

  /// A coordinator has read the log to its end and goes on.
  record Takeover(long timeMs, String instance) implements Event {}

  /// What a task gives.
  sealed interface Result {
    record Joined(Blob genes, int count) implements Result {}

    record Bounded(Blob bounds) implements Result {}

    record Selected(Blob manifest) implements Result {}

    record Checked() implements Result {}

    record Aggregated(
        Blob model,
        double norm,
        long cells,
        List<String> accepted,
        SortedMap<String, String> refused)
        implements Result {}

    record Written(Blob history) implements Result {}

    /// The task cannot succeed.
    record Failed(String code, String detail) implements Result {}
  }
}
