package org.syncyte.federation;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.syncyte.federation.message.Envelope;

/// Envelopes: the name of a message's body, ids that both ends compute alike, the size limit.
public final class Envelopes {
  /// Version in the record header `v`.
  public static final String VERSION = "1.0";

  /// The coordinator's name as a sender.
  public static final String COORDINATOR = "coord";

  /// A record is never longer; what is longer goes to the hub as a blob.
  public static final int MAX_BYTES = 256 << 10;

  private Envelopes() {}

  /// First 16 bytes of SHA-256(sender | seq, 8 bytes big-endian | type).
  public static byte[] messageId(String sender, long seq, String type) {
    return Arrays.copyOf(
        Hashes.sha256(
            sender.getBytes(StandardCharsets.UTF_8),
            ByteBuffer.allocate(8).putLong(seq).array(),
            type.getBytes(StandardCharsets.UTF_8)),
        16);
  }

  /// Name of the body, the record header `t`: `PlainUpdate`. Empty if there is no body that this
  /// release knows.
  public static String type(Envelope envelope) {
    FieldDescriptor field =
        envelope.getOneofFieldDescriptor(Envelope.getDescriptor().getOneofs().getFirst());
    return field == null ? "" : field.getMessageType().getName();
  }

  /// The body itself.
  public static Message body(Envelope envelope) {
    FieldDescriptor field =
        envelope.getOneofFieldDescriptor(Envelope.getDescriptor().getOneofs().getFirst());
    if (field == null) {
      throw new IllegalArgumentException("the envelope has no body that this release knows");
    }
    return (Message) envelope.getField(field);
  }

  /// An envelope around that body, message id computed. `round` and `attempt` are 0 before rounds.
  public static Envelope of(
      String federation,
      String run,
      int round,
      int attempt,
      String sender,
      long seq,
      long sentMs,
      Message body) {
    String type = body.getDescriptorForType().getName();
    for (FieldDescriptor field : Envelope.getDescriptor().getOneofs().getFirst().getFields()) {
      if (field.getMessageType().getName().equals(type)) {
        return Envelope.newBuilder()
            .setMessageId(ByteString.copyFrom(messageId(sender, seq, type)))
            .setFederation(federation)
            .setRun(run)
            .setRound(round)
            .setAttempt(attempt)
            .setSender(sender)
            .setSeq(seq)
            .setSentMs(sentMs)
            .setField(field, body)
            .build();
      }
    }
    throw new IllegalArgumentException("'%s' is not the body of an envelope".formatted(type));
  }

  /// The bytes to send: the same message gives the same ones.
  public static byte[] bytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    var out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("an array of the right size takes the message", e);
    }
    return bytes;
  }

  /// @throws IllegalArgumentException if the bytes are too many or no envelope
  public static Envelope parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message of %d bytes; the limit is %d".formatted(bytes.length, MAX_BYTES));
    }
    try {
      return Envelope.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not an envelope: " + e.getMessage(), e);
    }
  }
}
