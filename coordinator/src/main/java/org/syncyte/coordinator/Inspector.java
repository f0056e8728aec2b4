package org.syncyte.coordinator;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Signing;
import org.syncyte.federation.Topics;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.round.State;

/// Looks at a record before the state machine does: size, headers, signature, content, in that
/// order. What fails is a dead letter with a reason and never more than that.
final class Inspector {
  private final Map<String, PublicKey> keys = new HashMap<>();

  /// Why a record is a dead letter.
  static final class Rejected extends Exception {
    private static final long serialVersionUID = 1L;

    Rejected(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  Envelope inspect(ConsumerRecord<byte[], byte[]> record, State state) throws Rejected {
    byte[] value = record.value();
    if (value == null || value.length > Envelopes.MAX_BYTES) {
      throw new Rejected("size");
    }
    String version = text(record.headers().lastHeader("v"));
    String type = text(record.headers().lastHeader("t"));
    Header signature = record.headers().lastHeader("sig");
    Header keyId = record.headers().lastHeader("kid");
    if (version == null || type == null || signature == null || keyId == null) {
      throw new Rejected("headers");
    }
    if (!version.startsWith("1.")) {
      throw new Rejected("version");
    }
    String site = sender(record.topic(), state);
    var member = site == null ? null : state.roster().get(site);
    if (member == null) {
      throw new Rejected("unknown-site");
    }
    PublicKey key = keys.computeIfAbsent(member.publicKey(), Signing::publicKey);
    if (!Arrays.equals(keyId.value(), Signing.keyId(key))) {
      throw new Rejected("unknown-key");
    }
    if (!Signing.verify(key, version, type, value, signature.value())) {
      throw new Rejected("signature");
    }
    Envelope envelope;
    try {
      envelope = Envelopes.parse(value);
    } catch (IllegalArgumentException _) {
      throw new Rejected("parse");
    }
    if (!envelope.getSender().equals(site)
        || !envelope.getFederation().equals(state.federation())
        || !Envelopes.type(envelope).equals(type)) {
      throw new Rejected("envelope");
    }
    return envelope;
  }

  private static @Nullable String sender(String topic, State state) {
    for (String site : state.roster().keySet()) {
      if (topic.equals(Topics.up(state.federation(), site))) {
        return site;
      }
    }
    return null;
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null || header.value().length > 64
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
