package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.hibernate.StatelessSession;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.blob.BlobStore;

/// Which repository holds which content.
///
/// A repository may take content over by hash only from a repository that the caller can read.
/// Otherwise anyone who knows the SHA-256 of a private file could attach it and read it.
@ApplicationScoped
public class Content {
  /// The lock of the database under which content becomes needed or unneeded: shared by those who
  /// add content or commit it, held alone by the collection of garbage.
  public static final long LOCK = 0x53796e6379746501L;

  private final TreeRepository store;
  private final BlobStore blobs;
  private final StatelessSession session;
  private final Gate gate;

  Content(TreeRepository store, BlobStore blobs, StatelessSession session, Gate gate) {
    this.store = store;
    this.blobs = blobs;
    this.session = session;
    this.gate = gate;
  }

  /// True if the repository holds the content, or may: then it does from now on.
  @Transactional
  public boolean holds(RepoView repo, String sha256, long size, Caller caller) {
    var blob = store.blob(sha256).orElse(null);
    if (blob == null || (size >= 0 && blob.size != size) || !blobs.has(sha256)) {
      return false;
    }
    if (store.link(repo.key(), sha256).isPresent()) {
      link(repo.key(), sha256);
      return true;
    }
    if (store.holders(sha256).stream()
        .noneMatch(holder -> Repos.readable(holder, caller) && gate.open(holder, caller))) {
      return false;
    }
    link(repo.key(), sha256);
    return true;
  }

  /// True if the repository holds the content.
  @Transactional
  public boolean linked(RepoView repo, String sha256) {
    return store.link(repo.key(), sha256).isPresent();
  }

  /// True if the repository holds the content, and it has this size.
  @Transactional
  public boolean linked(long repoKey, String sha256, long size) {
    return store.link(repoKey, sha256).isPresent()
        && store.blob(sha256).filter(blob -> blob.size == size).isPresent();
  }

  /// Notes that the repository holds content that is in the blob store.
  @Transactional
  public void add(long repoKey, BlobStore.Stored stored) {
    session
        .createNativeMutationQuery(
            "insert into blob (sha256, size, created_at) values (:sha256, :size, :now) on conflict"
                + " do nothing")
        .setParameter("sha256", stored.sha256())
        .setParameter("size", stored.size())
        .setParameter("now", Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .executeUpdate();
    link(repoKey, stored.sha256());
    lock();
    if (!blobs.has(stored.sha256())) {
      throw new HubException(
              ErrorCode.STORAGE_FULL,
              "The content "
                  + stored.sha256()
                  + " was collected as garbage just now; send it again")
          .status(503);
    }
  }

  /// Keeps the collection of garbage away until the transaction ends.
  void lock() {
    session
        .createNativeQuery(
            "select 1 from (select pg_advisory_xact_lock_shared(:lock)) held", Integer.class)
        .setParameter("lock", LOCK)
        .getSingleResult();
  }

  /// The git id of content as a regular file, computed when first asked for: a large file is named
  /// by its pointer and never needs it, and reading gigabytes once more would cost as much as
  /// receiving them.
  String gitOid(Blob blob) {
    if (blob.gitOid != null) {
      return blob.gitOid;
    }
    try {
      String oid = GitObjects.blob(blobs.path(blob.sha256), blob.size);
      session
          .createNativeMutationQuery("update blob set git_oid = :oid where sha256 = :sha256")
          .setParameter("oid", oid)
          .setParameter("sha256", blob.sha256)
          .executeUpdate();
      return oid;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Large content anywhere in the history, by SHA-256, after the given one.
  @Transactional
  public List<LargeFile> large(RepoView repo, String after, int limit) {
    return session
        .createNativeQuery(
            """
            select distinct on (t.sha256) t.sha256, t.path, c.created_at, t.size
            from tree_entry t join commit c on c.repo_id = t.repo_id and c.tree = t.tree
            where t.repo_id = :repo and t.lfs and t.sha256 > :after
            order by t.sha256, c.created_at, t.path
            limit :limit
            """,
            LargeFile.class)
        .setParameter("repo", repo.key())
        .setParameter("after", after)
        .setParameter("limit", limit)
        .getResultList();
  }

  Blob held(long repoKey, String sha256) {
    var blob = store.blob(sha256);
    if (blob.isEmpty() || store.link(repoKey, sha256).isEmpty()) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "LFS pointer pointed to a file that does not exist: " + sha256);
    }
    return blob.get();
  }

  private void link(long repoKey, String sha256) {
    session
        .createNativeMutationQuery(
            """
            insert into repo_blob (repo_id, sha256) values (:repo, :sha256)
            on conflict (repo_id, sha256) do update set linked_at = now()
            where repo_blob.linked_at < now() - interval '1 hour'
            """)
        .setParameter("repo", repoKey)
        .setParameter("sha256", sha256)
        .executeUpdate();
  }
}
