package org.syncyte.federation.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.message.JournalEvent;

/// The hash chain over a federation's decisions.
///
///     h_k = SHA-256("scfed/journal/1" | bytes_k)        prev_hash_{k+1} = h_k        seq_k = k
///
/// `bytes_k` are the bytes as stored, never serialised anew. Whoever holds one h holds, in effect, all
/// that was decided before it: a flipped bit, a missing, added or moved entry breaks the chain at its
/// place. Times never go back. The chain begins with 32 zero bytes.
public final class Chain {
  private static final byte[] DOMAIN = "scfed/journal/1".getBytes(StandardCharsets.UTF_8);

  private long nextSeq;
  private byte[] head;
  private long lastMs;

  /// A chain that goes on from an entry, or begins.
  ///
  /// @param nextSeq number of the next entry
  /// @param head hash of the entry before
  /// @param lastMs its time
  public Chain(long nextSeq, byte[] head, long lastMs) {
    this.nextSeq = nextSeq;
    this.head = head.clone();
    this.lastMs = lastMs;
  }

  /// A chain without an entry.
  public static Chain start() {
    return new Chain(0, new byte[32], 0);
  }

  /// An entry as it is stored.
  ///
  /// @param bytes the record's value
  /// @param hash its header `h`
  public record Entry(JournalEvent event, byte[] bytes, byte[] hash) {}

  /// Thrown at an entry that does not continue the chain.
  public static final class Broken extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private Broken(long seq, String why) {
      super("the journal is broken at entry %d: %s".formatted(seq, why));
    }
  }

  public long nextSeq() {
    return nextSeq;
  }

  public byte[] head() {
    return head.clone();
  }

  /// Adds a decision.
  ///
  /// @param inputs topic-partition -> next offset to read
  public Entry append(long timeMs, Map<String, Long> inputs, String type, byte[] body) {
    JournalEvent event =
        JournalEvent.newBuilder()
            .setSeq(nextSeq)
            .setPrevHash(ByteString.copyFrom(head))
            .setTimeMs(Math.max(timeMs, lastMs))
            .putAllInputs(inputs)
            .setType(type)
            .setBody(ByteString.copyFrom(body))
            .build();
    byte[] bytes = Envelopes.bytes(event);
    byte[] hash = hash(bytes);
    advance(event, hash);
    return new Entry(event, bytes, hash);
  }

  /// Checks and takes the next stored entry.
  ///
  /// @throws Broken if it is not the one that follows
  public Entry accept(byte[] bytes, byte[] hash) {
    if (!Arrays.equals(hash, hash(bytes))) {
      throw new Broken(nextSeq, "its bytes do not have its hash");
    }
    JournalEvent event;
    try {
      event = JournalEvent.parseFrom(bytes);
    } catch (InvalidProtocolBufferException _) {
      throw new Broken(nextSeq, "its bytes are no entry");
    }
    if (event.getSeq() != nextSeq) {
      throw new Broken(nextSeq, "number %d came".formatted(event.getSeq()));
    }
    if (!Arrays.equals(event.getPrevHash().toByteArray(), head)) {
      throw new Broken(nextSeq, "it follows another entry");
    }
    if (event.getTimeMs() < lastMs) {
      throw new Broken(nextSeq, "its time lies before the one before");
    }
    advance(event, hash);
    return new Entry(event, bytes, hash);
  }

  private void advance(JournalEvent event, byte[] hash) {
    nextSeq++;
    head = hash;
    lastMs = event.getTimeMs();
  }

  private static byte[] hash(byte[] bytes) {
    return Hashes.sha256(DOMAIN, bytes);
  }
}
