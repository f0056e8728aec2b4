package org.syncyte.federation.round;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.round.Answers.Contract;
import org.syncyte.federation.round.Answers.Offer;
import org.syncyte.federation.round.Answers.Report;

/// One run, as far as it has come.
///
/// @param deadlineMs when the phase ends on its own; 0 once the run has ended
/// @param sites sites that take part, with what they offered
/// @param out site -> why it takes no part any more
/// @param contracts what sites derived from the manifest
/// @param missed site -> attempts in a row that it did not deliver to
/// @param rejections aggregates in a row that did not pass validation
/// @param rounds committed rounds
public record Run(
    RunSpec spec,
    Phase phase,
    long declaredMs,
    long phaseMs,
    long deadlineMs,
    SortedMap<String, Offer> sites,
    SortedMap<String, String> out,
    @Nullable Blob genes,
    @Nullable Blob manifest,
    @Nullable Blob layout,
    @Nullable Blob model,
    SortedMap<String, Contract> contracts,
    SortedMap<String, Integer> missed,
    int rejections,
    List<Round> rounds) {
  public Run {
    sites = Sorted.copy(sites);
    out = Sorted.copy(out);
    contracts = Sorted.copy(contracts);
    missed = Sorted.copy(missed);
    rounds = List.copyOf(rounds);
  }

  /// A run that has just been declared.
  static Run begin(RunSpec spec, long nowMs) {
    return new Run(
        spec,
        new Phase.Negotiating(),
        nowMs,
        nowMs,
        0,
        Sorted.copy(Map.of()),
        Sorted.copy(Map.of()),
        null,
        null,
        null,
        null,
        Sorted.copy(Map.of()),
        Sorted.copy(Map.of()),
        0,
        List.of());
  }

  /// One committed round.
  ///
  /// @param model the model it made
  /// @param parent the model it started from
  /// @param survivors sites in the sum
  /// @param refused site -> why its update did not enter
  /// @param sites what sites say of their training, where their policy shows it
  /// @param bytes site -> bytes of its update
  public record Round(
      int round,
      int attempt,
      Blob model,
      Blob parent,
      List<String> survivors,
      SortedMap<String, String> refused,
      long trainingCells,
      double norm,
      @Nullable Report mean,
      SortedMap<String, Report> sites,
      SortedMap<String, Long> bytes,
      long bytesUp,
      long bytesDown,
      long startedMs,
      long committedMs) {
    public Round {
      survivors = List.copyOf(survivors);
      refused = Sorted.copy(refused);
      sites = Sorted.copy(sites);
      bytes = Sorted.copy(bytes);
    }
  }

  public boolean ended() {
    return phase instanceof Phase.Ended;
  }
}
