package org.syncyte.hub.xet;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Repos;

/// Which xorbs there are, and who may refer to them.
///
/// A file may be built from a xorb only by an account that sent the xorb itself, or that can read a
/// repository which has a file built from it. Otherwise anyone who learned the name of a xorb could
/// read its content.
@ApplicationScoped
class XorbIndex {
  private final XorbRepository store;
  private final StatelessSession session;
  private final Repos repos;

  XorbIndex(XorbRepository store, StatelessSession session, Repos repos) {
    this.store = store;
    this.session = session;
    this.repos = repos;
  }

  /// The SHA-256 under which the packed bytes are stored.
  @Transactional
  Optional<String> sha256(XetHash xorb) {
    return store.xorb(xorb.toString()).map(row -> row.sha256);
  }

  /// Notes that somebody asked for this xorb, which keeps it; returns where its bytes are.
  @Transactional
  Optional<String> mention(XetHash xorb) {
    session
        .createNativeMutationQuery("update xet_xorb set mentioned_at = :now where hash = :xorb")
        .setParameter("now", Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .setParameter("xorb", xorb.toString())
        .executeUpdate();
    return sha256(xorb);
  }

  /// Forgets xorbs that nobody mentioned since then. The bytes go while the rows are locked, so
  /// that an upload of the same xorb waits and then finds neither.
  @Transactional
  int drop(Instant since, Consumer<String> remove) {
    var old =
        session
            .createNativeQuery(
                "select sha256 from xet_xorb where mentioned_at < :since order by hash for update",
                String.class)
            .setParameter("since", since)
            .getResultList();
    old.forEach(remove);
    return session
        .createNativeMutationQuery("delete from xet_xorb where mentioned_at < :since")
        .setParameter("since", since)
        .executeUpdate();
  }

  /// Notes that the account sent this xorb; false if it had done so before.
  @Transactional
  boolean add(Xorb xorb, BlobStore.Stored stored, long accountId) {
    session
        .createNativeMutationQuery(
            """
            insert into xet_xorb (hash, sha256, size, chunks, unpacked, created_at, mentioned_at)
            values (:hash, :sha256, :size, :chunks, :unpacked, :now, :now)
            on conflict (hash) do update
            set sha256 = excluded.sha256, size = excluded.size, mentioned_at = excluded.mentioned_at
            """)
        .setParameter("hash", xorb.hash().toString())
        .setParameter("sha256", stored.sha256())
        .setParameter("size", stored.size())
        .setParameter("chunks", xorb.chunks().size())
        .setParameter("unpacked", xorb.chunks().stream().mapToLong(Merkle.Node::size).sum())
        .setParameter("now", Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .executeUpdate();
    return session
            .createNativeMutationQuery(
                "insert into xet_sender (xorb, account_id) values (:xorb, :account) on conflict do nothing")
            .setParameter("xorb", xorb.hash().toString())
            .setParameter("account", accountId)
            .executeUpdate()
        > 0;
  }

  @Transactional
  boolean mayUse(XetHash xorb, Caller.Known caller) {
    long sent =
        session
            .createNativeQuery(
                "select count(*) from xet_sender where xorb = :xorb and account_id = :account",
                Long.class)
            .setParameter("xorb", xorb.toString())
            .setParameter("account", caller.accountId())
            .getSingleResult();
    return sent > 0
        || repos.readsAny(
            session
                .createNativeQuery("select repo_id from xet_use where xorb = :xorb", Long.class)
                .setParameter("xorb", xorb.toString())
                .getResultList(),
            caller);
  }

  /// Notes that a repository has files built from these xorbs.
  @Transactional
  void use(Collection<XetHash> xorbs, long repoKey) {
    for (var xorb : xorbs) {
      session
          .createNativeMutationQuery(
              "insert into xet_use (xorb, repo_id) values (:xorb, :repo) on conflict do nothing")
          .setParameter("xorb", xorb.toString())
          .setParameter("repo", repoKey)
          .executeUpdate();
    }
  }
}
