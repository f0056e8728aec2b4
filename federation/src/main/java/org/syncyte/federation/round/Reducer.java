package org.syncyte.federation.round;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state machine of a federation.
///
///     next = reduce(state, event)        effects = decide(state, event)
///
/// Pure functions: no clock, no randomness, no input or output. A coordinator appends each event to its
/// journal together with the effects in one transaction; a coordinator that takes over reads the
/// journal, reduces, and knows all that its predecessor knew. Events that do not fit the state change
/// nothing but counters.
///
/// Invariants ([Invariants] checks them): one open attempt a round; a committed round has at least
/// `min_sites` survivors and a finite model; its parent is the model committed before; rounds commit in
/// order; a site counts at most once an attempt; every run that has not ended has a deadline.
public final class Reducer {
  private Reducer() {}

  /// A state and what follows.
  public record Step(State state, List<Effect> effects) {
    public Step {
      effects = List.copyOf(effects);
    }
  }

  public static State reduce(State state, Event event) {
    return step(state, event).state();
  }

  public static List<Effect> decide(State state, Event event) {
    return step(state, event).effects();
  }

  /// Both at once.
  ///
  /// @throws IllegalArgumentException if an operator asks for what the state forbids
  public static Step step(State state, Event event) {
    var transition = new Transition(state, event.timeMs());
    transition.apply(event);
    return transition.step();
  }

  /// The work that the state waits for: what a coordinator that takes over must begin again.
  public static @Nullable Task pending(State state) {
    Run run = state.activeRun();
    return run == null ? null : pending(run);
  }

  private static @Nullable Task pending(Run run) {
    String id = run.spec().run();
    return switch (run.phase()) {
      case Phase.Joining() -> new Task.Join(id, run.sites());
      case Phase.Bounding(var attempt, var moments) ->
          new Task.Bound(id, attempt, Transition.known(run.genes()), moments);
      case Phase.Selecting(var moments, var clipped) ->
          new Task.Select(run.spec(), Transition.known(run.genes()), moments, clipped, run.sites());
      case Phase.Checking() ->
          new Task.Check(id, Transition.known(run.layout()), Transition.known(run.model()));
      case Phase.Aggregating(var round, var attempt, var roster, var updates) ->
          new Task.Aggregate(
              id,
              round,
              attempt,
              Transition.known(run.layout()),
              Transition.known(run.model()),
              roster,
              updates,
              run.rejections() >= 2 ? 0.5 : 1);
      case Phase.Recording(var _) -> new Task.Write(run.spec(), run.rounds());
      case Phase.Negotiating _,
          Phase.Moments _,
          Phase.Clipping _,
          Phase.Agreeing _,
          Phase.Training _,
          Phase.Minifying _,
          Phase.Publishing _,
          Phase.Ended _ ->
          null;
    };
  }
}
