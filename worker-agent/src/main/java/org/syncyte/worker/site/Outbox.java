package org.syncyte.worker.site;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Canonical;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Signing;
import org.syncyte.federation.Topics;
import org.syncyte.federation.message.Decline;
import org.syncyte.federation.message.Envelope;

/// The one place where bytes leave the site.
///
/// A message passes its `Guard` first: only then are the files it refers to put on the hub, is the
/// message signed and written to the journal, and is it sent. A message that the policy does not
/// allow becomes a `Decline` that names the policy key, and its files stay. No other class holds
/// the bus or the blobs for writing.
///
/// An answer in the journal is final: after a crash the same bytes are sent again.
final class Outbox {
  private final String federation;
  private final String site;
  private final Policy policy;
  private final SiteKeys keys;
  private final Bus bus;
  private final Blobs blobs;
  private final WorkerJournal journal;
  private final LongSupplier clock;
  private final SiteListener listener;
  private long seq;

  Outbox(
      SiteConfig config,
      Policy policy,
      SiteKeys keys,
      Bus bus,
      Blobs blobs,
      WorkerJournal journal,
      LongSupplier clock,
      SiteListener listener) {
    this.federation = config.federation();
    this.site = config.site();
    this.policy = policy;
    this.keys = keys;
    this.bus = bus;
    this.blobs = blobs;
    this.journal = journal;
    this.clock = clock;
    this.listener = listener;
    // A journal that was lost must not lead to numbers that were used before.
    this.seq = journal.recovered().isEmpty() ? clock.getAsLong() : 0;
    for (var entry : journal.recovered()) {
      if (entry instanceof WorkerJournal.Entry.Answer answer) {
        seq = Math.max(seq, answer.seq());
      }
    }
  }

  /// What a message answers.
  ///
  /// @param command null when the site speaks unasked
  record Occasion(String run, int round, int attempt, @Nullable Envelope command) {
    static Occasion of(Envelope command) {
      return new Occasion(command.getRun(), command.getRound(), command.getAttempt(), command);
    }

    static Occasion unasked(String run) {
      return new Occasion(run, 0, 0, null);
    }
  }

  /// Sends what the journal holds and the broker does not have yet.
  void resume() {
    var unsent = new TreeMap<Long, WorkerJournal.Entry.Answer>();
    for (var entry : journal.recovered()) {
      switch (entry) {
        case WorkerJournal.Entry.Answer answer -> unsent.put(answer.seq(), answer);
        case WorkerJournal.Entry.Sent(var number) -> unsent.remove(number);
        case WorkerJournal.Entry.Command _, WorkerJournal.Entry.Done _ -> {}
      }
    }
    unsent.values().forEach(this::transmit);
  }

  /// Lets a reply out, or the refusal that the policy demands.
  ///
  /// @return the message that left
  synchronized Envelope send(Occasion occasion, Reply reply, Guard.@Nullable Facts facts) {
    var message = envelope(occasion, reply);
    var forbidden = Guard.refusedBy(policy, message, facts);
    var allowed = reply;
    if (forbidden != null) {
      allowed = Reply.decline(Decline.Reason.POLICY, forbidden);
      listener.declined(
          occasion.run(),
          "POLICY",
          forbidden,
          "%s may not leave: the policy's '%s' does not allow it"
              .formatted(Envelopes.type(message), forbidden));
      message = envelope(occasion, allowed);
    }
    allowed.payloads().forEach(payload -> blobs.put(payload.blob(), payload.file()));
    var value = message.toByteArray();
    if (value.length > Envelopes.MAX_BYTES) {
      throw new IllegalStateException(
          "a %s of %d bytes is longer than the limit of %d"
              .formatted(Envelopes.type(message), value.length, Envelopes.MAX_BYTES));
    }
    seq = message.getSeq();
    var answer =
        new WorkerJournal.Entry.Answer(
            seq, message.getCausationId().toByteArray(), headers(message, value), value);
    journal.append(answer);
    transmit(answer);
    return message;
  }

  /// A sign of life. It carries no number from the data unless the policy shows metrics.
  void pulse(String run, String what, int round, int epoch, int epochs, @Nullable Double elbo) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("site", site);
    fields.put("run", run);
    fields.put("state", what);
    fields.put("round", round);
    fields.put("epoch", epoch);
    fields.put("epochs", epochs);
    fields.put("sent_ms", clock.getAsLong());
    if (elbo != null && Double.isFinite(elbo) && policy.allows(PolicyKey.METRICS_PER_SITE)) {
      fields.put("elbo_train", elbo);
    }
    bus.pulse("scfed.%s.pulse".formatted(federation), site, Canonical.bytes(fields));
  }

  private void transmit(WorkerJournal.Entry.Answer answer) {
    var type = new String(answer.headers().getOrDefault("t", new byte[0]), StandardCharsets.UTF_8);
    bus.send(
        Topics.up(federation, site),
        Envelopes.parse(answer.value()).getRun(),
        answer.headers(),
        answer.value());
    journal.append(new WorkerJournal.Entry.Sent(answer.seq()));
    listener.sent(type, answer.value().length);
  }

  private Envelope envelope(Occasion occasion, Reply reply) {
    var message =
        Envelopes.of(
            federation,
            occasion.run(),
            occasion.round(),
            occasion.attempt(),
            site,
            seq + 1,
            clock.getAsLong(),
            reply.body());
    var command = occasion.command();
    return command == null
        ? message
        : message.toBuilder()
            .setCausationId(command.getMessageId())
            .setManifestHash(ByteString.copyFrom(command.getManifestHash().toByteArray()))
            .build();
  }

  private Map<String, byte[]> headers(Envelope message, byte[] value) {
    var type = Envelopes.type(message);
    var headers = new LinkedHashMap<String, byte[]>();
    headers.put("v", Envelopes.VERSION.getBytes(StandardCharsets.US_ASCII));
    headers.put("t", type.getBytes(StandardCharsets.US_ASCII));
    headers.put("sig", Signing.sign(keys.signing(), Envelopes.VERSION, type, value));
    headers.put("kid", Signing.keyId(keys.verifying()));
    return headers;
  }
}
