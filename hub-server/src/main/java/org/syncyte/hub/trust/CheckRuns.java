package org.syncyte.hub.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.Revision;

/// The queue of commits to check, and what was found.
///
/// A row appears with its commit, by a trigger in the database. A worker takes the oldest, and a
/// run that a killed hub left half done goes back into the queue; after three attempts it is given
/// up, since then it is the commit that kills the hub.
@ApplicationScoped
public class CheckRuns {
  private static final TypeReference<List<Finding>> FINDINGS = new TypeReference<>() {};
  private static final TypeReference<Map<String, Double>> NUMBERS = new TypeReference<>() {};
  static final int ATTEMPTS = 3;

  private final StatelessSession session;
  private final Checks checks;
  private final NativeProofs proofs;
  private final ObjectMapper json;

  CheckRuns(StatelessSession session, Checks checks, NativeProofs proofs, ObjectMapper json) {
    this.session = session;
    this.checks = checks;
    this.proofs = proofs;
    this.json = json;
  }

  /// A run that a worker has taken.
  record Claim(long run, long repo, String commit) {}

  /// Puts back what was running when the hub stopped.
  @Transactional
  int recover() {
    return session
        .createNativeMutationQuery(
            "update check_run set state = case when attempts < :attempts then 'QUEUED' else"
                + " 'BROKEN' end, finished_at = case when attempts < :attempts then null else now()"
                + " end where state = 'RUNNING'")
        .setParameter("attempts", ATTEMPTS)
        .executeUpdate();
  }

  @Transactional
  Optional<Claim> claim() {
    return session
        .createNativeQuery(
            """
            update check_run set state = 'RUNNING', started_at = now(), attempts = attempts + 1
            where id = (select id from check_run where state = 'QUEUED' order by id limit 1 for update skip locked)
            returning id, repo_id, commit
            """,
            Claim.class)
        .getResultList()
        .stream()
        .findFirst();
  }

  /// Keeps a result; false if the run is gone, with its repository or as garbage.
  @Transactional
  boolean keep(long run, CheckResult result) {
    return session
            .createNativeMutationQuery(
                """
                insert into check_result (run_id, name, verdict, summary, findings, numbers, millis, at)
                select id, :name, :verdict, :summary, :findings, :numbers, :millis, :now
                  from check_run where id = :run for key share
                on conflict (run_id, name) do update set verdict = excluded.verdict, summary = excluded.summary,
                  findings = excluded.findings, numbers = excluded.numbers, millis = excluded.millis, at = excluded.at
                """)
            .setParameter("run", run)
            .setParameter("name", result.name())
            .setParameter("verdict", result.verdict().name())
            .setParameter("summary", result.summary())
            .setParameter("findings", write(result.findings()))
            .setParameter("numbers", write(result.numbers()))
            .setParameter("millis", result.millis())
            .setParameter("now", Instant.now())
            .executeUpdate()
        > 0;
  }

  @Transactional
  boolean exists(long run) {
    return session
            .createNativeQuery("select count(*) from check_run where id = :run", Long.class)
            .setParameter("run", run)
            .getSingleResult()
        > 0;
  }

  @Transactional
  void done(long run, Verdict verdict) {
    session
        .createNativeMutationQuery(
            "update check_run set state = 'DONE', verdict = :verdict, attempts = 0, finished_at ="
                + " now() where id = :run")
        .setParameter("verdict", verdict.name())
        .setParameter("run", run)
        .executeUpdate();
  }

  /// Gives a run up, or back into the queue.
  @Transactional
  void failed(long run) {
    session
        .createNativeMutationQuery(
            "update check_run set state = case when attempts < :attempts then 'QUEUED' else"
                + " 'BROKEN' end, finished_at = now() where id = :run")
        .setParameter("attempts", ATTEMPTS)
        .setParameter("run", run)
        .executeUpdate();
  }

  /// Queues a commit again.
  @Transactional
  public void again(Revision revision) {
    session
        .createNativeMutationQuery(
            """
            insert into check_run (repo_id, commit) values (:repo, :commit)
            on conflict (repo_id, commit) do update set state = 'QUEUED', attempts = 0, queued_at = now()
              where check_run.state in ('DONE', 'BROKEN')
            """)
        .setParameter("repo", revision.repo().key())
        .setParameter("commit", revision.commit())
        .executeUpdate();
  }

  /// Queues the newest commits on main whose graphs can run, if they were last run before `before`.
  @Transactional
  int again(Instant before) {
    return session
        .createNativeMutationQuery(
            """
            update check_run c set state = 'QUEUED', attempts = 0, queued_at = now()
            from repo r, check_result p
            where r.id = c.repo_id and r.head = c.commit and p.run_id = c.id and p.name = :proof
              and p.verdict <> 'SKIPPED' and c.state = 'DONE' and c.finished_at < :before
            """)
        .setParameter("proof", ProofCheck.NAME)
        .setParameter("before", before)
        .executeUpdate();
  }

  private record Run(
      long id,
      String state,
      @Nullable String verdict,
      Instant queuedAt,
      @Nullable Instant finishedAt) {}

  private record Row(
      String name, String verdict, String summary, String findings, String numbers, long millis) {}

  /// What is known of a commit.
  @Transactional
  public CheckReport report(Revision revision) {
    var runs =
        session
            .createNativeQuery(
                "select id, state, verdict, queued_at, finished_at from check_run where repo_id ="
                    + " :repo and commit = :commit",
                Run.class)
            .setParameter("repo", revision.repo().key())
            .setParameter("commit", revision.commit())
            .getResultList();
    if (runs.isEmpty()) {
      return CheckReport.none(revision.commit());
    }
    var run = runs.getFirst();
    var verdict = run.verdict() == null ? null : Verdict.valueOf(run.verdict());
    var results = new ArrayList<>(results(run.id()));
    var proved = proofs.check(revision);
    if (proved != null) {
      int after = checks.order(ProofCheck.NAME);
      long before = results.stream().filter(one -> checks.order(one.name()) <= after).count();
      results.add((int) before, proved);
    }
    return new CheckReport(
        revision.commit(),
        run.state(),
        verdict == null || proved == null ? verdict : verdict.or(proved.verdict()),
        run.queuedAt(),
        run.finishedAt(),
        results);
  }

  @Transactional
  List<CheckResult> results(long run) {
    var results = new ArrayList<CheckResult>();
    for (var row :
        session
            .createNativeQuery(
                "select name, verdict, summary, findings, numbers, millis from check_result where"
                    + " run_id = :run",
                Row.class)
            .setParameter("run", run)
            .getResultList()) {
      results.add(
          new CheckResult(
              row.name(),
              Verdict.valueOf(row.verdict()),
              row.summary(),
              read(row.findings(), FINDINGS),
              read(row.numbers(), NUMBERS),
              row.millis()));
    }
    results.sort(Comparator.comparingInt(result -> checks.order(result.name())));
    return results;
  }

  private String write(Object value) {
    try {
      return json.writeValueAsString(value).replace("\\u0000", "");
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private <T> T read(String text, TypeReference<T> type) {
    try {
      return json.readValue(text, type);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("stored findings are not readable", broken);
    }
  }
}
