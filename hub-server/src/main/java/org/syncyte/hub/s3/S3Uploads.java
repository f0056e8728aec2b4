package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.RepoId;

/// Uploads in parts: which are open, where they go, and what parts have come. The bytes are in the
/// part store; what is here survives a restart, so a client may go on after one. An upload belongs
/// to the account that began it and is forgotten after a day without a part.
///
/// A finished upload is remembered with its result: the client that lost the reply asks again and
/// gets the same answer.
@ApplicationScoped
class S3Uploads {
  private static final Duration LIFE = Duration.ofHours(24);
  private final StatelessSession session;

  S3Uploads(StatelessSession session) {
    this.session = session;
  }

  record Upload(
      String id,
      String namespace,
      String name,
      String revision,
      String path,
      Instant createdAt,
      @Nullable String etag,
      @Nullable String version) {
    S3Key key() {
      return new S3Key(new RepoId(namespace, name), revision, path);
    }

    String text() {
      return name + (revision.equals(S3Key.MAIN) ? "" : "@" + revision) + "/" + path;
    }

    /// Its folder in the part store.
    String folder() {
      return "s3-" + id;
    }
  }

  record Part(int number, String sha256, long size, Instant storedAt) {}

  @Transactional
  String begin(S3Key key, Caller.Known author) {
    session
        .createNativeMutationQuery("delete from s3_upload where touched_at < :since")
        .setParameter("since", now().minus(LIFE))
        .executeUpdate();
    String id = UUID.randomUUID().toString().replace("-", "");
    session
        .createNativeMutationQuery(
            "insert into s3_upload (id, account_id, namespace, name, revision, path, created_at,"
                + " touched_at) values (:id, :account, :namespace, :name, :revision, :path, :now,"
                + " :now)")
        .setParameter("id", id)
        .setParameter("account", author.accountId())
        .setParameter("namespace", key.repo().namespace())
        .setParameter("name", key.repo().name())
        .setParameter("revision", key.revision())
        .setParameter("path", key.path())
        .setParameter("now", now())
        .executeUpdate();
    return id;
  }

  /// The caller's upload with this id, if it goes to this place.
  @Transactional
  Upload open(String id, S3Key key, Caller caller) {
    var author = caller.require(Role.WRITE);
    return session
        .createNativeQuery(
            "select id, namespace, name, revision, path, created_at, etag, version from s3_upload"
                + " where id = :id and account_id = :account",
            Upload.class)
        .setParameter("id", id)
        .setParameter("account", author.accountId())
        .getResultStream()
        .filter(upload -> upload.key().equals(key))
        .findFirst()
        .orElseThrow(() ->
            new S3Refusal(
                S3Code.NoSuchUpload,
                "The upload is not there: it was completed, aborted, or had no part for a day"));
  }

  /// The caller's open uploads in a namespace.
  @Transactional
  List<Upload> openIn(String namespace, Caller caller) {
    return session
        .createNativeQuery(
            "select id, namespace, name, revision, path, created_at, etag, version from s3_upload"
                + " where namespace = :namespace and account_id = :account and version is null"
                + " order by name, path, created_at limit 1000",
            Upload.class)
        .setParameter("namespace", namespace)
        .setParameter("account", caller.require(Role.WRITE).accountId())
        .getResultList();
  }

  @Transactional
  void add(Upload upload, int number, String sha256, long size) {
    session
        .createNativeMutationQuery(
            "insert into s3_part (upload_id, number, sha256, size, stored_at) values (:id, :number,"
                + " :sha256, :size, :now) on conflict (upload_id, number) do update set sha256 ="
                + " excluded.sha256, size = excluded.size, stored_at = excluded.stored_at")
        .setParameter("id", upload.id())
        .setParameter("number", number)
        .setParameter("sha256", sha256)
        .setParameter("size", size)
        .setParameter("now", now())
        .executeUpdate();
    session
        .createNativeMutationQuery("update s3_upload set touched_at = :now where id = :id")
        .setParameter("id", upload.id())
        .setParameter("now", now())
        .executeUpdate();
  }

  @Transactional
  List<Part> parts(Upload upload) {
    return session
        .createNativeQuery(
            "select number, sha256, size, stored_at from s3_part where upload_id = :id order by"
                + " number",
            Part.class)
        .setParameter("id", upload.id())
        .getResultList();
  }

  @Transactional
  void finish(Upload upload, S3Objects.Written written) {
    session
        .createNativeMutationQuery(
            "update s3_upload set etag = :etag, version = :version where id = :id")
        .setParameter("id", upload.id())
        .setParameter("etag", written.etag().replace("\"", ""))
        .setParameter("version", written.version())
        .executeUpdate();
  }

  /// What became of the upload, if it was completed.
  Optional<S3Objects.Written> result(Upload upload) {
    return upload.etag() == null || upload.version() == null
        ? Optional.empty()
        : Optional.of(new S3Objects.Written('"' + upload.etag() + '"', upload.version()));
  }

  @Transactional
  void forget(Upload upload) {
    session
        .createNativeMutationQuery("delete from s3_upload where id = :id")
        .setParameter("id", upload.id())
        .executeUpdate();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
