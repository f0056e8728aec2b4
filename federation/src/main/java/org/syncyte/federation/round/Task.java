package org.syncyte.federation.round;

import java.util.List;
import java.util.SortedMap;
import org.syncyte.federation.Blob;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.round.Answers.Offer;
import org.syncyte.federation.round.Answers.Update;

/// Work of the coordinator itself, done outside of any transaction. Every result is content named
/// by its hash, so doing it twice gives the same name. The id names the work within the federation.
public sealed interface Task {
  String run();

  String id();

  /// Genes that all sites have.
  record Join(String run, SortedMap<String, Offer> sites) implements Task {
    @Override
    public String id() {
      return run + "/join";
    }
  }

  /// Bounds of clipping from the moments.
  record Bound(String run, int attempt, Blob genes, SortedMap<String, Blob> moments)
      implements Task {
    @Override
    public String id() {
      return run + "/bound/" + attempt;
    }
  }

  /// The manifest.
  record Select(
      RunSpec spec,
      Blob genes,
      SortedMap<String, Blob> moments,
      SortedMap<String, Blob> clipped,
      SortedMap<String, Offer> sites)
      implements Task {
    @Override
    public String run() {
      return spec.run();
    }

    @Override
    public String id() {
      return run() + "/select";
    }
  }

  /// Whether the initial weights are finite and of that layout.
  record Check(String run, Blob layout, Blob initial) implements Task {
    @Override
    public String id() {
      return run + "/check";
    }
  }

  /// The next model.
  record Aggregate(
      String run,
      int round,
      int attempt,
      Blob layout,
      Blob model,
      List<String> roster,
      SortedMap<String, Update> updates,
      double serverStep)
      implements Task {
    @Override
    public String id() {
      return "%s/aggregate/%d.%d".formatted(run, round, attempt);
    }
  }

  /// The history of the run as a document.
  record Write(RunSpec spec, List<Run.Round> rounds) implements Task {
    @Override
    public String run() {
      return spec.run();
    }

    @Override
    public String id() {
      return run() + "/write";
    }
  }
}
