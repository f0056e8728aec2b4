package org.syncyte.hub.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.repo.RepoView;

/// Requests for the files of gated repositories.
///
/// `auto` lets in whoever asks, `manual` waits for somebody who may write to the repository. An
/// answer can be changed at any time; a cancelled one is pending again. Asking twice changes
/// nothing, so a refusal cannot be asked away.
@ApplicationScoped
public class AccessRequests {
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
  private static final int MAX_FIELDS = 8_000;
  private static final int MAX_REASON = 200;
  private final AccessRepository store;
  private final StatelessSession session;
  private final Accounts accounts;
  private final Audit audit;
  private final ObjectMapper json;

  AccessRequests(
      AccessRepository store,
      StatelessSession session,
      Accounts accounts,
      Audit audit,
      ObjectMapper json) {
    this.store = store;
    this.session = session;
    this.accounts = accounts;
    this.audit = audit;
    this.json = json;
  }

  @Transactional
  public AccessStatus ask(Caller.Known caller, RepoView repo, Map<String, ?> fields) {
    requireGated(repo);
    var before = store.request(repo.key(), caller.accountId());
    if (before.isPresent()) {
      return before.get().status;
    }
    var request = new AccessRequest();
    request.repoId = repo.key();
    request.accountId = caller.accountId();
    request.status = repo.gated().equals("auto") ? AccessStatus.ACCEPTED : AccessStatus.PENDING;
    request.fields = text(fields);
    request.createdAt = now();
    store.insert(request);
    audit.record(caller.accountId(), "access.ask", repo.id().toString(), request.status.word());
    return request.status;
  }

  /// Takes back one's own request while nobody has answered.
  @Transactional
  public void withdraw(Caller.Known caller, RepoView repo) {
    store
        .request(repo.key(), caller.accountId())
        .filter(request -> request.status == AccessStatus.PENDING)
        .ifPresent(request -> {
          store.delete(request);
          audit.record(caller.accountId(), "access.withdraw", repo.id().toString(), "");
        });
  }

  @Transactional
  public Optional<AccessView> own(Caller caller, RepoView repo) {
    return caller instanceof Caller.Known known
        ? list(repo, null, known.accountId(), 0, 1).stream().findFirst()
        : Optional.empty();
  }

  /// The requests with this status, in order, after the given one.
  @Transactional
  public List<AccessView> list(RepoView repo, AccessStatus status, long after, int limit) {
    return list(repo, status, null, after, limit);
  }

  private List<AccessView> list(
      RepoView repo, @Nullable AccessStatus status, @Nullable Long account, long after, int limit) {
    var query =
        session.createSelectionQuery(
            "select r, a.name, a.fullname, a.email from AccessRequest r"
                + " join Account a on a.id = r.accountId where r.repoId = :repo and r.id > :after"
                + (status == null ? "" : " and r.status = :status")
                + (account == null ? "" : " and r.accountId = :account")
                + " order by r.id",
            Object[].class);
    query.setParameter("repo", repo.key()).setParameter("after", after);
    if (status != null) {
      query.setParameter("status", status);
    }
    if (account != null) {
      query.setParameter("account", account);
    }
    return query.setMaxResults(limit).getResultList().stream().map(this::view).toList();
  }

  /// Another answer to a request.
  @Transactional
  public void answer(
      Caller.Known author,
      RepoView repo,
      String user,
      AccessStatus status,
      @Nullable String reason) {
    requireGated(repo);
    var person = person(user);
    var request =
        store
            .request(repo.key(), person.key())
            .filter(found -> found.status != status)
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.NOT_FOUND,
                    "'" + user + "' has no request that is not " + status.word() + " already"));
    if (reason != null && (reason.length() > MAX_REASON || status != AccessStatus.REJECTED)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "a reason goes with a rejection and has at most " + MAX_REASON + " characters");
    }
    request.status = status;
    request.reason = reason == null ? null : reason.replace("\0", "");
    store.update(request);
    audit.record(
        author.accountId(),
        "access." + status.word(),
        repo.id().toString(),
        "account " + person.key());
  }

  /// Lets somebody in who did not ask.
  @Transactional
  public void grant(Caller.Known author, RepoView repo, String user) {
    requireGated(repo);
    var person = person(user);
    var before = store.request(repo.key(), person.key()).orElse(null);
    if (before == null) {
      var request = new AccessRequest();
      request.repoId = repo.key();
      request.accountId = person.key();
      request.status = AccessStatus.ACCEPTED;
      request.fields = "{}";
      request.granted = true;
      request.createdAt = now();
      store.insert(request);
    } else if (before.status == AccessStatus.ACCEPTED) {
      throw new HubException(ErrorCode.BAD_REQUEST, "'" + user + "' has access already");
    } else {
      before.status = AccessStatus.ACCEPTED;
      before.reason = null;
      store.update(before);
    }
    audit.record(
        author.accountId(), "access.grant", repo.id().toString(), "account " + person.key());
  }

  private Accounts.Person person(String user) {
    return accounts
        .find(user)
        .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "no user '" + user + "'"));
  }

  private static void requireGated(RepoView repo) {
    if (repo.gated().isEmpty()) {
      throw new HubException(ErrorCode.BAD_REQUEST, repo.id() + " is not gated");
    }
  }

  private AccessView view(Object[] row) {
    var request = (AccessRequest) row[0];
    String email = (String) row[3];
    return new AccessView(
        request.id == null ? 0 : request.id,
        (String) row[1],
        (String) row[2],
        request.granted || email.isEmpty() ? null : email,
        request.status,
        request.createdAt,
        fields(request.fields),
        request.reason);
  }

  private String text(Map<String, ?> fields) {
    try {
      String text = json.writeValueAsString(fields).replace("\\u0000", "");
      if (text.length() > MAX_FIELDS) {
        throw new HubException(
            ErrorCode.BAD_REQUEST, "the answers are longer than " + MAX_FIELDS + " characters");
      }
      return text;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Map<String, Object> fields(String text) {
    try {
      return json.readValue(text, MAP);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("stored answers", broken);
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
