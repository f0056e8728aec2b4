package org.syncyte.federation.round;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.ManifestAnnounce;
import org.syncyte.federation.message.MinifyRequest;
import org.syncyte.federation.message.PublishRequest;
import org.syncyte.federation.message.RoundAnnounce;
import org.syncyte.federation.message.RunAnnounce;
import org.syncyte.federation.message.StatRequest;

/// The question that each phase puts to sites, and to whom it is still open.
final class Requests {
  private Requests() {}

  /// The phase's request, or null where it waits for no site.
  static @Nullable Message of(Run run, long nowMs) {
    RunSpec spec = run.spec();
    int seconds = (int) Math.max(0, (run.deadlineMs() - nowMs) / 1000);
    return switch (run.phase()) {
      case Phase.Negotiating() ->
          RunAnnounce.newBuilder()
              .setSpecJson(new String(spec.json(), StandardCharsets.UTF_8))
              .setSeconds(seconds)
              .build();
      case Phase.Moments(var _) ->
          StatRequest.newBuilder()
              .setKind(StatRequest.Kind.MOMENTS)
              .setGenes(Transition.known(run.genes()).ref())
              .setSeconds(seconds)
              .build();
      case Phase.Clipping(var _, var _, var bounds, var _) ->
          StatRequest.newBuilder()
              .setKind(StatRequest.Kind.CLIPPED)
              .setGenes(Transition.known(run.genes()).ref())
              .setClip(bounds.ref())
              .setSeconds(seconds)
              .build();
      case Phase.Agreeing(var _) ->
          ManifestAnnounce.newBuilder()
              .setManifest(Transition.known(run.manifest()).ref())
              .setSeconds(seconds)
              .build();
      case Phase.Training(var round, var _, var roster, var _, var _, var _) ->
          RoundAnnounce.newBuilder()
              .setModel(Transition.known(run.model()).ref())
              .setEpochs(spec.epochsPerRound())
              .setEpochsDone((round - 1) * spec.epochsPerRound())
              .setSeed(spec.seed() + round)
              .setSeconds(seconds)
              .addAllRoster(roster)
              .build();
      case Phase.Minifying(var _, var _) ->
          MinifyRequest.newBuilder()
              .setModel(Transition.known(run.model()).ref())
              .setSeconds(seconds)
              .build();
      case Phase.Publishing(var _, var parts, var history) -> {
        var request =
            PublishRequest.newBuilder()
                .setModel(Transition.known(run.model()).ref())
                .setHistory(history.ref())
                .setSeconds(seconds);
        parts.forEach((site, part) -> request.putParts(site, part.ref()));
        yield request.build();
      }
      case Phase.Joining _,
          Phase.Bounding _,
          Phase.Selecting _,
          Phase.Checking _,
          Phase.Aggregating _,
          Phase.Recording _,
          Phase.Ended _ ->
          null;
    };
  }

  /// Whether the phase still waits for that site.
  static boolean open(Run run, String site) {
    boolean member = run.sites().containsKey(site);
    return switch (run.phase()) {
      case Phase.Negotiating() -> !member && !run.out().containsKey(site);
      case Phase.Moments(var parts) -> member && !parts.containsKey(site);
      case Phase.Clipping(var _, var moments, var _, var parts) ->
          moments.containsKey(site) && !parts.containsKey(site);
      case Phase.Agreeing(var reports) -> member && !reports.containsKey(site);
      case Phase.Training(var _, var _, var roster, var updates, var gone, var refused) ->
          roster.contains(site)
              && !updates.containsKey(site)
              && !gone.contains(site)
              && !refused.containsKey(site);
      case Phase.Minifying(var parts, var declined) ->
          member && !parts.containsKey(site) && !declined.contains(site);
      case Phase.Publishing(var _, var _, var _) -> {
        var publish = run.spec().publish();
        yield publish != null && publish.publisher().equals(site);
      }
      case Phase.Joining _,
          Phase.Bounding _,
          Phase.Selecting _,
          Phase.Checking _,
          Phase.Aggregating _,
          Phase.Recording _,
          Phase.Ended _ ->
          false;
    };
  }

  static int round(Run run) {
    return switch (run.phase()) {
      case Phase.Training training -> training.round();
      case Phase.Aggregating aggregating -> aggregating.round();
      default -> run.rounds().size();
    };
  }

  static int attempt(Run run) {
    return switch (run.phase()) {
      case Phase.Training training -> training.attempt();
      case Phase.Aggregating aggregating -> aggregating.attempt();
      case Phase.Clipping clipping -> clipping.attempt();
      case Phase.Publishing publishing -> publishing.attempt();
      default -> 0;
    };
  }

  /// The coordinator's envelope around a body.
  static Envelope envelope(String federation, @Nullable Run run, long seq, long ms, Message body) {
    Envelope envelope =
        Envelopes.of(
            federation,
            run == null ? "" : run.spec().run(),
            run == null ? 0 : round(run),
            run == null ? 0 : attempt(run),
            Envelopes.COORDINATOR,
            seq,
            ms,
            body);
    Blob manifest = run == null ? null : run.manifest();
    return manifest == null
        ? envelope
        : envelope.toBuilder()
            .setManifestHash(ByteString.copyFrom(Hashes.bytes(manifest.sha256())))
            .build();
  }
}
