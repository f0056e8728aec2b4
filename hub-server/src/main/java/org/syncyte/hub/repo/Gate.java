package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.hibernate.StatelessSession;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;

/// Gated repositories: everybody may read what they are, but only those who asked and were let in
/// may have the files. Whoever may write to one is in. Every route that gives out a file's content,
/// or what was computed from it, asks here; the card stays open, since it says what to ask for.
@ApplicationScoped
public class Gate {
  private static final String CARD = "README.md";
  private final StatelessSession session;

  Gate(StatelessSession session) {
    this.session = session;
  }

  @Transactional
  public boolean open(RepoView repo, Caller caller) {
    return open(repo.key(), repo.id(), repo.gated(), caller);
  }

  boolean open(Repo repo, Caller caller) {
    return open(repo.id(), new RepoId(repo.namespace, repo.name), repo.gated, caller);
  }

  private boolean open(long key, RepoId id, String gated, Caller caller) {
    return gated.isEmpty()
        || switch (caller) {
          case Caller.Anonymous _ -> false;
          case Caller.Known known ->
              known.canRead(id.namespace(), id.name())
                  || session
                          .createNativeQuery(
                              "select count(*) from access_request where repo_id = :repo and account_id = :account and status = 'ACCEPTED'",
                              Long.class)
                          .setParameter("repo", key)
                          .setParameter("account", known.accountId())
                          .getSingleResult()
                      > 0;
        };
  }

  /// Refuses a caller who was not let in.
  public void check(RepoView repo, Caller caller) {
    if (open(repo, caller)) {
      return;
    }
    var refusal =
        new HubException(
            ErrorCode.GATED_REPO,
            "Access to model "
                + repo.id()
                + " is restricted. "
                + (caller instanceof Caller.Anonymous
                    ? "You must be authenticated to access it."
                    : "You are not in the authorized list. Visit its page to ask for access."));
    throw caller instanceof Caller.Anonymous ? refusal.status(401) : refusal;
  }

  /// Refuses a caller who was not let in, for every file but the card.
  public void check(RepoView repo, String path, Caller caller) {
    if (!path.equals(CARD)) {
      check(repo, caller);
    }
  }
}
