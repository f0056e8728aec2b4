package org.syncyte.worker.site;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Layout;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.Signing;
import org.syncyte.federation.aggregate.WeightedMean;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.round.Effect;
import org.syncyte.federation.round.Event;
import org.syncyte.federation.round.Reducer;
import org.syncyte.federation.round.Run;
import org.syncyte.federation.round.State;
import org.syncyte.federation.round.Task;
import org.syncyte.federation.vocabulary.Hvg;
import org.syncyte.federation.vocabulary.Vocabulary;

/// A coordinator without a broker: the real state machine of a federation, with its work done at
/// once and its messages put on memory lines.
final class Conductor {
  final KeyPair key = Signing.newKey(new SecureRandom());
  final Map<String, MemoryBus.Broker> lines = new TreeMap<>();
  final Map<String, Integer> heard = new TreeMap<>();
  final List<Envelope> said = new ArrayList<>();
  private final FolderBlobs blobs;
  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private State state = State.NONE;
  private long now = 1_000;

  Conductor(FolderBlobs blobs, String federation) {
    this.blobs = blobs;
    happen(new Event.Opened(now, federation, false));
  }

  void enrol(String site, SiteKeys keys) {
    lines.put(site, new MemoryBus.Broker());
    heard.put(site, 0);
    happen(new Event.Enrolled(now, site, Signing.pem(keys.verifying())));
  }

  void declare(String spec) {
    happen(new Event.Declared(now, spec));
  }

  /// Lets agents and coordinator talk until the run is over.
  Run conduct(Map<String, SiteAgent> agents) {
    for (int turn = 0; turn < 500 && state.active() != null; turn++) {
      agents.values().forEach(agent -> agent.turn(Duration.ZERO));
      listen();
    }
    agents.values().forEach(agent -> agent.turn(Duration.ZERO));
    if (state.active() != null) {
      throw new IllegalStateException("the run does not end: " + state.activeRun());
    }
    return state.runs().values().iterator().next();
  }

  private void listen() {
    for (var line : lines.entrySet()) {
      var up = line.getValue().up;
      for (int i = heard.getOrDefault(line.getKey(), 0); i < up.size(); i++) {
        heard.put(line.getKey(), i + 1);
        said.add(Envelopes.parse(up.get(i).value()));
        happen(new Event.Received(now, said.getLast()));
      }
    }
  }

  private void happen(Event event) {
    events.add(event);
    while (!events.isEmpty()) {
      var step = Reducer.step(state, events.remove());
      state = step.state();
      now += 10;
      for (var effect : step.effects()) {
        switch (effect) {
          case Effect.ToAll(var message) -> lines.values().forEach(line -> deliver(line, message));
          case Effect.ToSite(var site, var message) -> {
            var line = lines.get(site);
            if (line != null) {
              deliver(line, message);
            }
          }
          case Effect.Compute(var task) ->
              events.add(new Event.Computed(now, task.id(), perform(task)));
        }
      }
    }
  }

  private void deliver(MemoryBus.Broker line, Envelope message) {
    var value = message.toByteArray();
    var type = Envelopes.type(message);
    var headers = new LinkedHashMap<String, byte[]>();
    headers.put("v", Envelopes.VERSION.getBytes(StandardCharsets.US_ASCII));
    headers.put("t", type.getBytes(StandardCharsets.US_ASCII));
    headers.put("sig", Signing.sign(key.getPrivate(), Envelopes.VERSION, type, value));
    headers.put("kid", Signing.keyId(key.getPublic()));
    line.down.add(new Bus.Delivery("ctl", line.down.size(), headers, value));
  }

  private Event.Result perform(Task task) {
    return switch (task) {
      case Task.Join join -> {
        var genes = new TreeMap<String, List<String>>();
        join.sites()
            .forEach(
                (site, offer) -> genes.put(site, SegmentFile.lines(blobs.read(offer.genes()))));
        var common = Vocabulary.commonGenes(genes);
        yield new Event.Result.Joined(
            blobs.add(SegmentFile.lines(common), Blob.LINES), common.size());
      }
      case Task.Bound bound ->
          new Event.Result.Bounded(
              blobs.add(hvg(bound.genes(), bound.moments()).bounds().encode(), Blob.SEGMENTS));
      case Task.Select select -> {
        var common = SegmentFile.lines(blobs.read(select.genes()));
        var ranked =
            select.moments().isEmpty()
                ? null
                : hvg(select.genes(), select.moments()).ranked(segments(select.clipped()));
        var batches = new TreeMap<String, List<String>>();
        var labels = new TreeMap<String, List<String>>();
        select
            .sites()
            .forEach((site, offer) -> {
              batches.put(site, offer.batches());
              labels.put(site, offer.labels());
            });
        var manifest =
            Vocabulary.manifest(
                select.spec(), Vocabulary.choose(select.spec(), common, ranked), batches, labels);
        yield new Event.Result.Selected(blobs.add(manifest.json(), Blob.JSON));
      }
      case Task.Check _ -> new Event.Result.Checked();
      case Task.Aggregate sum -> {
        var mean =
            new WeightedMean(
                Safetensors.read(blobs.read(sum.model())), Layout.parse(blobs.read(sum.layout())));
        for (var site : sum.roster()) {
          var update = sum.updates().get(site);
          if (update != null) {
            mean.add(site, Safetensors.read(blobs.read(update.blob())), update.weights());
          }
        }
        var result = mean.finish(sum.serverStep());
        yield new Event.Result.Aggregated(
            blobs.add(Safetensors.encode(result.model()), Blob.SAFETENSORS),
            result.norm(),
            result.cells(),
            mean.sites(),
            new TreeMap<>());
      }
      case Task.Write _ ->
          new Event.Result.Written(
              blobs.add("{\"rounds\":[]}".getBytes(StandardCharsets.UTF_8), Blob.JSON));
    };
  }

  private Hvg hvg(Blob genes, SortedMap<String, Blob> moments) {
    return new Hvg(SegmentFile.lines(blobs.read(genes)), segments(moments));
  }

  private List<SegmentFile> segments(SortedMap<String, Blob> parts) {
    return parts.values().stream().map(part -> SegmentFile.decode(blobs.read(part))).toList();
  }
}
