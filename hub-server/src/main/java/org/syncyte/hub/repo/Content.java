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
    try {
      String gitOid = GitObjects.blob(blobs.path(stored.sha256()), stored.size());
      session
          .createNativeMutationQuery(
              "insert into blob (sha256, size, git_oid, created_at) values (:sha256, :size, :oid, :now) on conflict do nothing")
          .setParameter("sha256", stored.sha256())
          .setParameter("size", stored.size())
          .setParameter("oid", gitOid)
          .setParameter("now", Instant.now().truncatedTo(ChronoUnit.MILLIS))
          .executeUpdate();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    link(repoKey, stored.sha256());
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
            "insert into repo_blob (repo_id, sha256) values (:repo, :sha256) on conflict do nothing")
        .setParameter("repo", repoKey)
        .setParameter("sha256", sha256)
        .executeUpdate();
  }
}
