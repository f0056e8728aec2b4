package org.syncyte.federation.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.federation.journal.Chain;
import org.syncyte.federation.round.Simulation.Weather;

class SimulationTest {
  private static final String SPEC =
      """
      {"federation":"f","run":"r","model":"SCVI","batch_key":"b","rounds":6,"genes":50,
       "phase_seconds":60,"min_sites":3,"quorum":"0.6",
       "publish":{"repo":"o/m","publisher":"a","license":"mit"}}\
      """;
  private static final int SEEDS = Integer.getInteger("simulation.seeds", 500);

  private static Phase.Ended end(Run run) {
    return (Phase.Ended) run.phase();
  }

  @Test
  void calmWeatherCompletes() {
    var world = new Simulation(1, Weather.CALM);

    Run run = world.play(SPEC);

    assertThat(end(run))
        .isEqualTo(new Phase.Ended(Phase.Ended.Outcome.COMPLETED, "published", "o/m", "1"));
    assertThat(run.rounds()).hasSize(6).allMatch(round -> round.survivors().size() == 5);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void crashesAndRepeatsLeaveNoTrace() {
    String undisturbed = model(new Simulation(1, Weather.CALM).play(SPEC));
    int crashes = 0;
    int repeats = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var world = new Simulation(seed, Weather.CRASHES);
      Run run = world.play(SPEC);
      crashes += world.crashes;
      repeats += world.repeats;
      assertThat(end(run).outcome()).as("seed %d", seed).isEqualTo(Phase.Ended.Outcome.COMPLETED);
      assertThat(model(run)).as("seed %d", seed).isEqualTo(undisturbed);
    }
    assertThat(crashes).isGreaterThan(SEEDS);
    assertThat(repeats).isGreaterThan(SEEDS);
  }

  private static String model(Run run) {
    return run.rounds().getLast().model().sha256();
  }

  @Test
  void stormsEndInNamedStatesAndEverySiteCountsOnce() {
    Map<String, Integer> ends = new HashMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      var world = new Simulation(seed, Weather.STORM);
      Run run = world.play(SPEC);
      ends.merge(end(run).outcome() + " " + end(run).code(), 1, Integer::sum);
      for (Run.Round round : run.rounds()) {
        assertThat(world.content(round.model()).lines())
            .as("seed %d", seed)
            .containsExactly(
                java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(round.parent().sha256()),
                        round.survivors().stream()
                            .map(s -> "update of %s to %s".formatted(s, round.parent().sha256())))
                    .toArray(String[]::new));
      }
    }
    assertThat(ends.keySet()).allMatch(end -> !end.endsWith(" "));
    assertThat(ends).containsKey("COMPLETED published");
    assertThat(ends.size()).as("%s", ends).isGreaterThan(1);
  }

  @Test
  void sameSeedGivesSameBytes() {
    for (int seed = 0; seed < 20; seed++) {
      var once = new Simulation(seed, Weather.STORM);
      var again = new Simulation(seed, Weather.STORM);
      once.play(SPEC);
      again.play(SPEC);
      assertThat(again.journal.getLast().hash()).isEqualTo(once.journal.getLast().hash());
      assertThat(Codec.snapshot(again.state)).isEqualTo(Codec.snapshot(once.state));
    }
  }

  @Test
  void everyPrefixOfTheJournalIsAPlaceToStartFrom() {
    var world = new Simulation(3, Weather.STORM);
    world.play(SPEC);
    State straight = State.NONE;
    State restarted = State.NONE;
    var chain = Chain.start();
    for (Chain.Entry entry : world.journal) {
      Event event = Simulation.event(chain.accept(entry.bytes(), entry.hash()));
      var step = Reducer.step(straight, event);
      var again = Reducer.step(restarted, event);
      assertThat(again.effects()).isEqualTo(step.effects());
      straight = step.state();
      restarted = Codec.state(Codec.snapshot(again.state()));
      assertThat(restarted).isEqualTo(straight);
      assertThat(Codec.snapshot(restarted)).isEqualTo(Codec.snapshot(straight));
    }
    assertThat(straight).isEqualTo(world.state);
  }
}
