package org.syncyte.hub.trust;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// Takes commits from the queue and checks them, a few at a time, beside everything else the hub
/// does. Each result is kept as soon as it is there.
@ApplicationScoped
class CheckWorker {
  private static final Logger LOG = Logger.getLogger(CheckWorker.class);
  private static final long IDLE_MILLIS = 500;

  /// Software of another release may differ in the last digits, not more.
  private static final double DRIFT = 1e-4;

  private final CheckRuns runs;
  private final Checks checks;
  private final Derivation derivation;
  private final Conclusion conclusion;
  private final Repos repos;
  private final Revisions revisions;
  private final BlobStore blobs;
  private final TrustSettings settings;
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean stopped;

  CheckWorker(
      CheckRuns runs,
      Checks checks,
      Derivation derivation,
      Conclusion conclusion,
      Repos repos,
      Revisions revisions,
      BlobStore blobs,
      TrustSettings settings) {
    this.runs = runs;
    this.checks = checks;
    this.derivation = derivation;
    this.conclusion = conclusion;
    this.repos = repos;
    this.revisions = revisions;
    this.blobs = blobs;
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) {
    int again = runs.recover();
    if (again > 0) {
      LOG.infof("checking %d commits again that were not finished", again);
    }
    for (int i = 0; i < settings.workers(); i++) {
      workers.add(Thread.ofPlatform().name("checks-" + i).daemon().start(this::work));
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    for (var worker : workers) {
      worker.interrupt();
    }
    for (var worker : workers) {
      worker.join(TimeUnit.SECONDS.toMillis(5));
    }
  }

  /// Runs the published proofs again: what held yesterday may not hold with today's software.
  @Scheduled(cron = "${syncyte.hub.trust.nightly:0 30 3 * * ?}", identity = "proofs-again")
  void nightly() {
    int count = runs.again(Instant.now().minus(Duration.ofHours(20)));
    LOG.infof("running %d published proofs again", count);
  }

  private void work() {
    while (!stopped) {
      try {
        var claim = runs.claim();
        if (claim.isEmpty()) {
          Thread.sleep(IDLE_MILLIS);
        } else {
          check(claim.get());
        }
      } catch (InterruptedException stop) {
        return;
      } catch (Exception failure) {
        if (stopped) {
          return;
        }
        LOG.error("the checks of a commit broke off", failure);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5_000);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(CheckRuns.Claim claim) throws Exception {
    var repo = repos.byKey(claim.repo()).orElse(null);
    if (repo == null) {
      return;
    }
    try {
      var revision = revisions.resolve(repo, claim.commit());
      var before = new HashMap<String, CheckResult>();
      runs.results(claim.run()).forEach(result -> before.put(result.name(), result));
      var worst = Verdict.SKIPPED;
      try (var subject = new Subject(revision, revisions.files(revision), blobs, settings)) {
        for (var check : checks.all()) {
          var result = drift(run(check, subject), before.get(check.name()));
          if (!runs.keep(claim.run(), result)) {
            return;
          }
          worst = worst.or(result.verdict());
        }
        derivation.derive(subject);
        conclusion.draw(claim.run(), subject, worst);
      }
    } catch (Exception failure) {
      if (!runs.exists(claim.run())) {
        LOG.debugf(failure, "%s at %s was removed while it was checked", repo.id(), claim.commit());
        return;
      }
      runs.failed(claim.run());
      throw failure;
    }
  }

  private static CheckResult run(Check check, Subject subject) {
    long start = System.nanoTime();
    CheckResult result;
    try {
      result = check.run(subject);
    } catch (Exception | OutOfMemoryError | StackOverflowError failure) {
      LOG.warnf(
          failure,
          "check '%s' of %s at %s could not be run",
          check.name(),
          subject.revision().repo().id(),
          subject.revision().commit());
      result =
          CheckResult.of(
              check.name(),
              "The check could not be run.",
              List.of(Finding.warning("X1", "", "the hub could not complete this check")));
    }
    return result.after(System.nanoTime() - start);
  }

  /// The result, with a warning if its numbers are not those of the run before on the same commit.
  private static CheckResult drift(CheckResult now, @Nullable CheckResult before) {
    if (before == null || before.numbers().isEmpty()) {
      return now;
    }
    var findings = new ArrayList<>(now.findings());
    for (Map.Entry<String, Double> number : now.numbers().entrySet()) {
      var earlier = before.numbers().get(number.getKey());
      if (earlier != null
          && !number.getKey().endsWith("error")
          && !number.getKey().endsWith("difference")) {
        double size = Math.max(Math.abs(earlier), 1e-12);
        if (!(Math.abs(number.getValue() - earlier) <= DRIFT * size)) {
          findings.add(
              Finding.warning(
                  "R9",
                  "",
                  "%s was %.6g when this commit was first checked, and is %.6g now"
                      .formatted(number.getKey(), earlier, number.getValue())));
        }
      }
    }
    if (findings.size() == now.findings().size()) {
      return now;
    }
    return new CheckResult(
        now.name(),
        now.verdict().or(Verdict.WARNING),
        now.summary(),
        findings,
        before.numbers(),
        now.millis());
  }
}
