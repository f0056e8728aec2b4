package org.syncyte.hub.webhook;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.syncyte.hub.HubException;

/// Sends what is in the outbox, soon after it was put there, and again later if it did not arrive.
@ApplicationScoped
class Postman {
  private static final Logger LOG = Logger.getLogger(Postman.class);
  private static final int AT_ONCE = 8;
  private static final Duration TIDY = Duration.ofHours(1);
  private final Outbox outbox;
  private final Topic topic;
  private final WebhookSettings settings;
  private final Semaphore bell = new Semaphore(0);
  private volatile boolean running = true;

  Postman(Outbox outbox, Topic topic, WebhookSettings settings) {
    this.outbox = outbox;
    this.topic = topic;
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("webhooks").start(this::work);
  }

  void stop(@Observes ShutdownEvent event) {
    running = false;
    ring();
  }

  /// There is something to send.
  void ring() {
    bell.release();
  }

  private void work() {
    long rest = Math.clamp(settings.pause().toMillis(), 100, 5000);
    var tidied = Instant.now();
    try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      while (running) {
        try {
          var due = outbox.lease(AT_ONCE);
          var sending = new ArrayList<Future<?>>();
          due.forEach(one -> sending.add(senders.submit(() -> send(one))));
          boolean told = topic.send(outbox);
          for (var one : sending) {
            one.get();
          }
          if (tidied.plus(TIDY).isBefore(Instant.now())) {
            outbox.tidy();
            tidied = Instant.now();
          }
          if (due.isEmpty() && !told) {
            var _ = bell.tryAcquire(rest, TimeUnit.MILLISECONDS);
            bell.drainPermits();
          }
        } catch (InterruptedException interrupted) {
          return;
        } catch (Exception failure) {
          if (running) {
            LOG.warnf("webhooks wait: %s", failure.getMessage());
            Thread.sleep(Duration.ofMillis(rest));
          }
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Outbox.Due due) {
    try {
      var to = Destination.of(Destination.parse(due.url()), settings.allowPrivate());
      int status = Message.post(to, due.payload(), due.secret(), settings.timeout());
      boolean sent = status / 100 == 2;
      boolean again = status / 100 == 5 || status == 408 || status == 429;
      outbox.done(due, sent, again, "answered " + status);
    } catch (HubException refused) {
      outbox.done(due, false, false, refused.sentence());
    } catch (UnknownHostException unknown) {
      outbox.done(due, false, true, "no machine has this name");
    } catch (IOException | IllegalArgumentException failure) {
      String why = failure.getMessage();
      outbox.done(due, false, true, why == null ? failure.getClass().getSimpleName() : why);
    }
  }
}
