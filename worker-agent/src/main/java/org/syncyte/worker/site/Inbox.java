package org.syncyte.worker.site;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.Signing;
import org.syncyte.federation.message.Envelope;

/// Commands on their way to being carried out: checked, written down, in order, each once.
///
/// Order of the checks: size, headers, signature, parse, federation and sender, seen before. What
/// fails is counted and dropped; it never stops the agent. The offset is committed only after the
/// commands are in the journal.
final class Inbox {
  private final String federation;
  private final PublicKey coordinator;
  private final Bus bus;
  private final WorkerJournal journal;
  private final SiteListener listener;
  private final Set<String> seen = new HashSet<>();
  private final Deque<Envelope> waiting = new ArrayDeque<>();

  Inbox(
      String federation,
      PublicKey coordinator,
      Bus bus,
      WorkerJournal journal,
      SiteListener listener) {
    this.federation = federation;
    this.coordinator = coordinator;
    this.bus = bus;
    this.journal = journal;
    this.listener = listener;
    recover();
  }

  private void recover() {
    var finished = new HashSet<String>();
    for (var entry : journal.recovered()) {
      switch (entry) {
        case WorkerJournal.Entry.Answer answer -> finished.add(Hashes.hex(answer.commandId()));
        case WorkerJournal.Entry.Done(var id) -> finished.add(Hashes.hex(id));
        case WorkerJournal.Entry.Command _, WorkerJournal.Entry.Sent _ -> {}
      }
    }
    for (var entry : journal.recovered()) {
      if (entry instanceof WorkerJournal.Entry.Command command) {
        var message = Envelopes.parse(command.value());
        if (seen.add(id(message)) && !finished.contains(id(message))) {
          waiting.add(message);
        }
      }
    }
  }

  /// Takes in what the bus has, waiting at most that long.
  void poll(Duration wait) {
    var deliveries = bus.poll(wait);
    for (var delivery : deliveries) {
      accept(delivery);
    }
    if (!deliveries.isEmpty()) {
      bus.commit();
    }
  }

  private synchronized void accept(Bus.Delivery delivery) {
    Envelope message;
    try {
      message = verify(delivery.headers(), delivery.value());
    } catch (IllegalArgumentException e) {
      listener.ignored(
          "%s at offset %d: %s".formatted(delivery.topic(), delivery.offset(), e.getMessage()));
      return;
    }
    if (!seen.add(id(message))) {
      return;
    }
    journal.append(
        new WorkerJournal.Entry.Command(
            delivery.topic(), delivery.offset(), delivery.headers(), delivery.value()));
    waiting.add(message);
    notifyAll();
  }

  private Envelope verify(Map<String, byte[]> headers, byte[] value) {
    if (value.length > Envelopes.MAX_BYTES) {
      throw new IllegalArgumentException("a message of " + value.length + " bytes");
    }
    var version = text(headers, "v");
    var type = text(headers, "t");
    var signature = headers.getOrDefault("sig", new byte[0]);
    if (!version.startsWith("1.")) {
      throw new IllegalArgumentException("version '" + version + "' of the protocol is unknown");
    }
    if (!Arrays.equals(headers.get("kid"), Signing.keyId(coordinator))
        || !Signing.verify(coordinator, version, type, value, signature)) {
      throw new IllegalArgumentException(
          "not signed by the coordinator's key; check 'coordinator-key'");
    }
    var message = Envelopes.parse(value);
    if (!message.getFederation().equals(federation)
        || !message.getSender().equals(Envelopes.COORDINATOR)) {
      throw new IllegalArgumentException("a message of another federation or sender");
    }
    if (!Envelopes.type(message).equals(type)) {
      throw new IllegalArgumentException("a message of type '" + type + "' is unknown here");
    }
    return message;
  }

  private static String text(Map<String, byte[]> headers, String name) {
    return new String(headers.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
  }

  private static String id(Envelope message) {
    return Hashes.hex(message.getMessageId().toByteArray());
  }

  /// The next command, waiting at most that long; null if there is none. It stays first in line
  /// until `done`.
  synchronized @Nullable Envelope next(Duration wait) throws InterruptedException {
    if (waiting.isEmpty() && !wait.isZero()) {
      wait(wait.toMillis());
    }
    return waiting.peekFirst();
  }

  /// The first command needs no more work.
  synchronized void done(Envelope command) {
    if (waiting.peekFirst() == command) {
      waiting.removeFirst();
    }
    journal.append(new WorkerJournal.Entry.Done(command.getMessageId().toByteArray()));
  }

  /// Whether something later in line makes the command pointless: its round was decided or opened
  /// anew, or its run has ended.
  synchronized boolean overtaken(Envelope command) {
    for (var later : waiting) {
      if (later == command || !later.getRun().equals(command.getRun())) {
        continue;
      }
      boolean ended = later.hasRunEnd() && !command.hasRunEnd();
      boolean moved =
          command.hasRoundAnnounce()
              && (later.hasRoundAnnounce() && after(later, command)
                  || later.hasRoundResult() && later.getRound() >= command.getRound());
      if (ended || moved) {
        return true;
      }
    }
    return false;
  }

  private static boolean after(Envelope later, Envelope command) {
    return later.getRound() > command.getRound()
        || later.getRound() == command.getRound() && later.getAttempt() > command.getAttempt();
  }
}
