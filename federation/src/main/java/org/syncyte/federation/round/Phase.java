package org.syncyte.federation.round;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.round.Answers.Contract;
import org.syncyte.federation.round.Answers.Update;

/// Where a run is. Phases that wait for sites hold what has come; phases named in the present
/// participle of a computation wait for the coordinator's own work ([Task]).
public sealed interface Phase {
  /// Waits for `VocabularyOffer` or `Decline` of everyone.
  record Negotiating() implements Phase {}

  /// Intersects the genes.
  record Joining() implements Phase {}

  /// Waits for the sums of counts.
  record Moments(SortedMap<String, Blob> parts) implements Phase {
    public Moments {
      parts = Sorted.copy(parts);
    }
  }

  /// Computes the bounds of clipping.
  record Bounding(int attempt, SortedMap<String, Blob> moments) implements Phase {
    public Bounding {
      moments = Sorted.copy(moments);
    }
  }

  /// Waits for the sums of clipped counts, of exactly the sites whose moments made the bounds.
  record Clipping(
      int attempt, SortedMap<String, Blob> moments, Blob bounds, SortedMap<String, Blob> parts)
      implements Phase {
    public Clipping {
      moments = Sorted.copy(moments);
      parts = Sorted.copy(parts);
    }
  }

  /// Chooses genes and writes the manifest. Without statistics all common genes are taken.
  record Selecting(SortedMap<String, Blob> moments, SortedMap<String, Blob> clipped)
      implements Phase {
    public Selecting {
      moments = Sorted.copy(moments);
      clipped = Sorted.copy(clipped);
    }
  }

  /// Waits for everyone's `ContractReport`.
  record Agreeing(SortedMap<String, Contract> reports) implements Phase {
    public Agreeing {
      reports = Sorted.copy(reports);
    }
  }

  /// Checks the initial weights against the layout.
  record Checking() implements Phase {}

  /// Waits for updates.
  ///
  /// @param roster sites of this attempt, in the order of the sum
  /// @param gone sites that declined this attempt
  /// @param refused site -> why its update does not count
  record Training(
      int round,
      int attempt,
      List<String> roster,
      SortedMap<String, Update> updates,
      SortedSet<String> gone,
      SortedMap<String, String> refused)
      implements Phase {
    public Training {
      roster = List.copyOf(roster);
      updates = Sorted.copy(updates);
      gone = Sorted.copy(gone);
      refused = Sorted.copy(refused);
    }

    /// The same without that site's part.
    Training without(String site) {
      var kept = new java.util.TreeMap<>(updates);
      kept.remove(site);
      return new Training(round, attempt, roster, kept, Sorted.with(gone, site), refused);
    }
  }

  /// Sums the updates; nothing can enter any more.
  record Aggregating(int round, int attempt, List<String> roster, SortedMap<String, Update> updates)
      implements Phase {
    public Aggregating {
      roster = List.copyOf(roster);
      updates = Sorted.copy(updates);
    }
  }

  /// Waits for minified cells, from those whose policy lets them go.
  record Minifying(SortedMap<String, Blob> parts, SortedSet<String> declined) implements Phase {
    public Minifying {
      parts = Sorted.copy(parts);
      declined = Sorted.copy(declined);
    }
  }

  /// Writes the history of the run.
  record Recording(SortedMap<String, Blob> parts) implements Phase {
    public Recording {
      parts = Sorted.copy(parts);
    }
  }

  /// Waits for the publisher.
  record Publishing(int attempt, SortedMap<String, Blob> parts, Blob history) implements Phase {
    public Publishing {
      parts = Sorted.copy(parts);
    }
  }

  /// The end.
  record Ended(Outcome outcome, String code, @Nullable String repo, @Nullable String commit)
      implements Phase {
    /// How a run can end.
    public enum Outcome {
      COMPLETED,
      FAILED,
      CANCELLED
    }
  }
}
