package org.syncyte.hub.federation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;

/// Public runs: one row each, with the number of its last change.
///
/// Whoever changes rows first takes a number from the counter and holds its lock until the commit.
/// A reader that has seen number n has therefore seen everything up to n.
@ApplicationScoped
public class FederatedRuns {
  /// What everyone may see: the model only if everyone finds it.
  private static final String SELECT =
      """
      select f.federation, f.run, f.change, f.report, m.id as model, f.updated_at as updated, f.heard_at as heard, f.stale
      from federated_run f
      left join repo m on lower(m.namespace) = lower(split_part(f.repo, '/', 1))
        and lower(m.name) = lower(split_part(f.repo, '/', 2)) and not m.private and not m.disabled
      """;

  private final StatelessSession session;

  FederatedRuns(StatelessSession session) {
    this.session = session;
  }

  /// Runs of one page, and how many there are.
  ///
  /// @param change the newest change of any run before the page was read
  public record Page(List<FederatedRun> runs, long total, long change) {
    public Page {
      runs = List.copyOf(runs);
    }
  }

  private record Row(
      String federation,
      String run,
      long change,
      String report,
      @Nullable Long model,
      Instant updated,
      Instant heard,
      boolean stale) {
    FederatedRun view() {
      return FederatedRun.of(
          change, federation, run, RunReport.stored(report), model != null, updated, heard, stale);
    }
  }

  private record Known(long account, String report, boolean stale) {}

  /// Running ones first, then the newest.
  @Transactional
  public Page page(int offset, int limit) {
    // The number first: what changes in between is then told twice instead of missed.
    long change = newest();
    long total =
        session
            .createNativeQuery("select count(*) from federated_run", Long.class)
            .getSingleResult();
    var rows =
        session
            .createNativeQuery(
                SELECT
                    + " order by (f.ended_at is null) desc, f.declared_at desc, f.id desc"
                    + " offset :offset limit :limit",
                Row.class)
            .setParameter("offset", offset)
            .setParameter("limit", limit)
            .getResultList();
    return new Page(rows.stream().map(Row::view).toList(), total, change);
  }

  @Transactional
  Optional<FederatedRun> run(String federation, String run) {
    return session
        .createNativeQuery(SELECT + " where f.federation = :federation and f.run = :run", Row.class)
        .setParameter("federation", federation)
        .setParameter("run", run)
        .getResultList()
        .stream()
        .findFirst()
        .map(Row::view);
  }

  /// Runs that changed after `change`, in the order of their last change.
  @Transactional
  List<FederatedRun> since(long change, int limit) {
    return session
        .createNativeQuery(
            SELECT + " where f.change > :change order by f.change limit :limit", Row.class)
        .setParameter("change", change)
        .setParameter("limit", limit)
        .getResultList()
        .stream()
        .map(Row::view)
        .toList();
  }

  /// The newest change of any run, 0 before the first.
  @Transactional
  long newest() {
    return session
        .createNativeQuery("select number from federated_run_counter", Long.class)
        .getSingleResult();
  }

  /// Keeps what a coordinator tells. A report that says nothing new only shows that it is there.
  ///
  /// @throws HubException if the run is another coordinator's, or the report goes back in time
  @Transactional
  void keep(String federation, String run, RunReport report, Caller.Known coordinator) {
    lock();
    var known = known(federation, run);
    if (known != null) {
      check(known, report, coordinator);
    }
    var now = now();
    if (known != null && !known.stale() && known.report().equals(report.json())) {
      session
          .createNativeMutationQuery(
              "update federated_run set heard_at = :now where federation = :federation and run ="
                  + " :run")
          .setParameter("now", now)
          .setParameter("federation", federation)
          .setParameter("run", run)
          .executeUpdate();
      return;
    }
    session
        .createNativeMutationQuery(
            """
            with next as (update federated_run_counter set number = number + 1 returning number)
            insert into federated_run (federation, run, account_id, change, report, repo, declared_at, ended_at,
              updated_at, heard_at)
            select :federation, :run, :account, next.number, :report, cast(:repo as varchar), :declared,
              cast(:ended as timestamp with time zone), :now, :now from next
            on conflict (federation, run) do update set change = excluded.change, report = excluded.report,
              repo = excluded.repo, ended_at = excluded.ended_at, updated_at = excluded.updated_at,
              heard_at = excluded.heard_at, stale = false
            """)
        .setParameter("federation", federation)
        .setParameter("run", run)
        .setParameter("account", coordinator.accountId())
        .setParameter("report", report.json())
        .setParameter("repo", report.repo(), String.class)
        .setParameter("declared", report.declaredAt())
        .setParameter("ended", report.endedAt(), Instant.class)
        .setParameter("now", now)
        .executeUpdate();
  }

  private static void check(Known known, RunReport report, Caller.Known coordinator) {
    var before = RunReport.stored(known.report());
    if (known.account() != coordinator.accountId()) {
      throw new HubException(ErrorCode.FORBIDDEN, "Another coordinator reports of this run");
    }
    if (before.declaredMs() != report.declaredMs()) {
      throw new HubException(ErrorCode.EXISTS, "A run of this name was declared at another time");
    }
    if (report.committed() < before.committed() || before.ended() && !report.ended()) {
      throw new HubException(ErrorCode.EXISTS, "The run has come further than this report says");
    }
  }

  /// Marks runs that nobody has told of since `before`.
  ///
  /// @return how many there are
  @Transactional
  int silent(Instant before) {
    lock();
    int stale = 0;
    for (long id :
        session
            .createNativeQuery(
                "select id from federated_run where ended_at is null and not stale and heard_at <"
                    + " :before order by id",
                Long.class)
            .setParameter("before", before)
            .getResultList()) {
      stale +=
          session
              .createNativeMutationQuery(
                  """
                  with next as (update federated_run_counter set number = number + 1 returning number)
                  update federated_run set stale = true, change = next.number, updated_at = :now from next where id = :id
                  """)
              .setParameter("id", id)
              .setParameter("now", now())
              .executeUpdate();
    }
    return stale;
  }

  /// Writers wait for one another here: numbers become visible in their order.
  private void lock() {
    session
        .createNativeQuery("select number from federated_run_counter for update", Long.class)
        .getSingleResult();
  }

  private @Nullable Known known(String federation, String run) {
    return session
        .createNativeQuery(
            "select account_id as account, report, stale from federated_run where federation ="
                + " :federation and run = :run",
            Known.class)
        .setParameter("federation", federation)
        .setParameter("run", run)
        .getResultList()
        .stream()
        .findFirst()
        .orElse(null);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
