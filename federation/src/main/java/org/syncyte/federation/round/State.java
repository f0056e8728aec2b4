package org.syncyte.federation.round;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// All that a coordinator knows of one federation. Equal logs give equal states.
///
/// @param federation its id; empty before it is opened
/// @param open whether a site may enrol itself
/// @param timeMs time of the last event
/// @param nextSeq the coordinator's counter of messages
/// @param rosterVersion grows with every site that enrols
/// @param roster enrolled sites
/// @param runs all runs ever declared
/// @param active the run in progress
/// @param takeovers starts of a coordinator
/// @param ignored messages that were late, repeated or out of place
public record State(
    String federation,
    boolean open,
    long timeMs,
    long nextSeq,
    int rosterVersion,
    SortedMap<String, Member> roster,
    SortedMap<String, Run> runs,
    @Nullable String active,
    long takeovers,
    long ignored) {
  public static final State NONE =
      new State(
          "",
          false,
          0,
          0,
          0,
          Sorted.copy(java.util.Map.of()),
          Sorted.copy(java.util.Map.of()),
          null,
          0,
          0);

  public State {
    roster = Sorted.copy(roster);
    runs = Sorted.copy(runs);
  }

  /// An enrolled site.
  ///
  /// @param publicKey PEM
  /// @param lastSeq greatest message counter seen
  /// @param instance the process that said `Hello` last
  /// @param heardMs when it was heard last
  public record Member(String publicKey, long lastSeq, String instance, long heardMs) {}

  /// The run in progress, or null.
  public @Nullable Run activeRun() {
    return active == null ? null : runs.get(active);
  }
}
