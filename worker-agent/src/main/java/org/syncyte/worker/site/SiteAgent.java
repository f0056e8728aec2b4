package org.syncyte.worker.site;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.message.Decline;
import org.syncyte.federation.message.Envelope;
import org.syncyte.models.Catalogue;
import org.syncyte.worker.hub.BlobClient;
import org.syncyte.worker.hub.HubClient;
import org.syncyte.worker.hub.HubException;

/// A site's agent: takes commands, carries them out one after the other, answers what the policy
/// lets out.
///
/// Two threads. The caller's thread reads the bus, writes commands to the journal, and shows a sign
/// of life every 20 s; a second one trains and answers, so that a long training never loses the
/// line. The connection is outbound only. Killing the process at any instant costs at most the
/// training in hand: the next start goes on from the journal.
///
/// Source: `spec/federation.md` sections 3, 5 and 6.
public final class SiteAgent implements AutoCloseable {
  /// Release of the agent, told in `Hello`.
  public static final String RELEASE = "0.1.0";

  private static final Duration PULSE = Duration.ofSeconds(20);

  private final Commands.Site site;
  private final Bus bus;
  private final WorkerJournal journal;
  private final Inbox inbox;
  private final Outbox outbox;
  private final Commands commands;
  private volatile boolean stopping;
  private volatile @Nullable RuntimeException failure;

  SiteAgent(
      Commands.Site site,
      SiteKeys keys,
      java.security.PublicKey coordinator,
      Bus bus,
      java.util.function.LongSupplier clock) {
    this.site = site;
    this.bus = bus;
    if (!site.policy().site().equals(site.config().site())) {
      throw new IllegalArgumentException(
          "the policy is of site '%s', the agent runs as '%s'; each site has its own policy"
              .formatted(site.policy().site(), site.config().site()));
    }
    this.journal = WorkerJournal.open(site.config().folder().resolve("worker.journal"));
    this.inbox = new Inbox(site.config().federation(), coordinator, bus, journal, site.listener());
    this.outbox =
        new Outbox(
            site.config(), site.policy(), keys, bus, site.blobs(), journal, clock, site.listener());
    this.commands = new Commands(site, outbox);
  }

  /// Runs a site's agent until it is interrupted.
  ///
  /// @throws IllegalArgumentException if a setting, the policy or a data file is not as it must be
  public static void run(SiteConfig config) {
    run(config, SiteListener.SILENT);
  }

  /// As `run`, with someone watching.
  public static void run(SiteConfig config, SiteListener listener) {
    try (var agent = open(config, listener)) {
      agent.work();
    }
  }

  /// An agent over Kafka and the hub, ready to work.
  ///
  /// @throws IllegalArgumentException if a setting, the policy or a data file is not as it must be
  public static SiteAgent open(SiteConfig config, SiteListener listener) {
    var policy = Policy.of(config);
    var keyFile = config.coordinatorKey();
    if (keyFile == null) {
      throw new IllegalArgumentException(
          "'coordinator-key' is missing; without the coordinator's public key anyone could give"
              + " commands");
    }
    var coordinator = SiteKeys.publicKey(keyFile);
    var keys = SiteKeys.open(config.folder());
    var names = new Names(config.site(), keys.nameSecret(), policy.allows(PolicyKey.BATCH_NAMES));
    var data = SiteData.open(config.data());
    try {
      var token = config.token();
      var blobs =
          new HubBlobs(
              new BlobClient(config.hub(), token, config.federation()),
              config.folder().resolve("blobs"),
              listener);
      var site =
          new Commands.Site(
              config,
              policy,
              data,
              names,
              blobs,
              Catalogue.names(),
              (manifest, cells) -> FitModel.start(manifest, cells, names),
              new PosteriorMinified(config.site(), policy, names),
              new HubPublisher(new HubClient(config.hub(), token), listener),
              listener);
      var bus = new KafkaBus(config);
      try {
        return new SiteAgent(site, keys, coordinator, bus, System::currentTimeMillis);
      } catch (RuntimeException e) {
        bus.close();
        throw e;
      }
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /// Starts an agent from a settings file and writes what it does to standard output.
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("usage: SiteAgent site.yaml");
      System.exit(2);
    }
    try {
      run(SiteConfig.read(Path.of(arguments[0])), new ConsoleListener(System.out));
    } catch (IllegalArgumentException | IllegalStateException | HubException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /// Says what is still unsaid from before, then greets.
  void start() {
    outbox.resume();
    outbox.send(Outbox.Occasion.unasked(""), commands.hello(), null);
  }

  /// Works until `stop` is called, the thread is interrupted, or an error that time does not heal.
  public void work() {
    start();
    var worker =
        Thread.ofPlatform()
            .name("site-" + site.config().site())
            .start(() -> {
              try {
                while (!stopping) {
                  step(Duration.ofSeconds(1));
                }
              } catch (InterruptedException e) {
                stopping = true;
              } catch (RuntimeException e) {
                failure = e;
                stopping = true;
              }
            });
    try {
      long last = 0;
      while (!stopping && !Thread.currentThread().isInterrupted()) {
        inbox.poll(Duration.ofMillis(500));
        if (System.nanoTime() - last > PULSE.toNanos()) {
          last = System.nanoTime();
          outbox.pulse("", "alive", 0, 0, 0, null);
        }
      }
    } finally {
      stopping = true;
      finish(worker);
    }
    var fatal = failure;
    if (fatal != null) {
      throw fatal;
    }
  }

  public void stop() {
    stopping = true;
  }

  /// Reads the bus once and carries out everything that waits, in the caller's thread.
  void turn(Duration wait) {
    inbox.poll(wait);
    try {
      while (step(Duration.ZERO)) {
        inbox.poll(Duration.ZERO);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean step(Duration wait) throws InterruptedException {
    var command = inbox.next(wait);
    if (command == null) {
      return false;
    }
    for (long pause = 1_000; !answered(command); pause = Math.min(30_000, pause * 2)) {
      for (long slept = 0; slept < pause; slept += 250) {
        if (stopping) {
          throw new InterruptedException();
        }
        Thread.sleep(250);
      }
    }
    inbox.done(command);
    return true;
  }

  /// @return false if the hub is away and the command must wait
  private boolean answered(Envelope command) throws InterruptedException {
    if (inbox.overtaken(command)) {
      return true;
    }
    try {
      commands.note(command);
      var facts = commands.facts(command);
      var guard = Commands.guard(command);
      var forbidden = guard == null ? null : guard.refusedBy(site.policy(), facts);
      var reply =
          forbidden == null
              ? commands.carryOut(command, () -> stopping || inbox.overtaken(command))
              : Reply.decline(Decline.Reason.POLICY, forbidden);
      if (forbidden != null) {
        site.listener()
            .declined(
                command.getRun(),
                "POLICY",
                forbidden,
                "the policy's '%s' does not allow what was asked".formatted(forbidden));
      }
      if (reply != null) {
        outbox.send(Outbox.Occasion.of(command), reply, facts);
      }
      return true;
    } catch (Commands.Overtaken e) {
      if (stopping) {
        throw new InterruptedException();
      }
      return true;
    } catch (ContractException e) {
      decline(command, Decline.Reason.CONTRACT, e.rule(), e);
    } catch (RunFolder.LostState e) {
      decline(command, Decline.Reason.LOST_STATE, "run-folder", e);
    } catch (Columns.NonFinite e) {
      decline(command, Decline.Reason.NONFINITE, "update", e);
    } catch (HubException e) {
      if (e.status() == 401 || e.status() == 403) {
        throw e;
      }
      site.listener().stage(command.getRun(), "waiting for the hub: " + e.getMessage());
      return false;
    } catch (java.io.UncheckedIOException e) {
      decline(command, Decline.Reason.STORAGE, "disk", e);
    } catch (IllegalArgumentException e) {
      decline(command, Decline.Reason.CONTRACT, "request", e);
    }
    return true;
  }

  private void decline(
      Envelope command, Decline.Reason reason, String detail, RuntimeException cause) {
    site.listener()
        .declined(command.getRun(), reason.name(), detail, String.valueOf(cause.getMessage()));
    outbox.send(Outbox.Occasion.of(command), Reply.decline(reason, detail), null);
  }

  /// Lets the worker end by itself: an interrupt would close the journal under its hands.
  private static void finish(Thread worker) {
    try {
      if (!worker.join(Duration.ofSeconds(30))) {
        worker.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping = true;
    commands.close();
    journal.close();
    bus.close();
    site.data().close();
  }
}
