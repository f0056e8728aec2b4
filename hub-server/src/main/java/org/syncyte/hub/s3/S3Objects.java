package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.lfs.LargeRule;
import org.syncyte.hub.repo.Commits;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.Namespace;
import org.syncyte.hub.repo.Operation;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.hub.trust.FileScans;

/// Objects as files. Reading one finds it in the tree of a revision; writing or removing one is a
/// commit of its own, so what comes in this way has history, search and checks like the rest.
@ApplicationScoped
class S3Objects {
  private static final int SAMPLE = 512;
  private final Accounts accounts;
  private final Repos repos;
  private final Revisions revisions;
  private final Commits commits;
  private final Content content;
  private final BlobStore blobs;
  private final Namespace namespace;
  private final FileScans scans;
  private final Gate gate;
  private final HubSettings settings;
  private final S3Settings own;

  S3Objects(
      Accounts accounts,
      Repos repos,
      Revisions revisions,
      Commits commits,
      Content content,
      BlobStore blobs,
      Namespace namespace,
      FileScans scans,
      Gate gate,
      HubSettings settings,
      S3Settings own) {
    this.accounts = accounts;
    this.repos = repos;
    this.revisions = revisions;
    this.commits = commits;
    this.content = content;
    this.blobs = blobs;
    this.namespace = namespace;
    this.scans = scans;
    this.gate = gate;
    this.settings = settings;
    this.own = own;
  }

  /// A file, and the revision at which it was found.
  record Found(Revision revision, EntryView file, Instant modified) {
    String etag() {
      return '"' + file.etag() + '"';
    }
  }

  /// What was written: the content's tag and the commit that put it there.
  record Written(String etag, String version) {}

  /// The object, at a commit if a version is given.
  Found find(S3Key key, @Nullable String version, Caller caller) {
    var repo = repos.read(key.repo(), caller);
    gate.check(repo, key.path(), caller);
    var revision = revisions.resolve(repo, version == null ? key.revision() : version);
    var file = revisions.file(revision, key.path());
    scans.guard(repo, file, caller);
    var touched = namespace.touched(repo, List.of(key.path()));
    return new Found(revision, file, touched.getOrDefault(key.path(), repo.createdAt()));
  }

  Optional<Found> look(S3Key key, Caller caller) {
    try {
      return Optional.of(find(key, null, caller));
    } catch (HubException refusal) {
      return switch (refusal.code()) {
        case ENTRY_NOT_FOUND, REPO_NOT_FOUND, REVISION_NOT_FOUND -> Optional.empty();
        default -> throw refusal;
      };
    }
  }

  /// Refuses a caller who may not write there, before anything is received.
  Caller.Known mayWrite(S3Key key, Caller caller) {
    key.writable();
    if (repos.find(key.repo(), caller).isPresent()) {
      repos.write(key.repo(), caller);
      return caller.require(Role.WRITE);
    }
    return accounts.claim(caller, key.repo().namespace());
  }

  BlobStore.Stored receive(Payload payload) {
    if (payload.length() > settings.limits().file()) {
      throw new S3Refusal(
          S3Code.EntityTooLarge,
          "more than the " + settings.limits().file() + " bytes that a file may have here");
    }
    try {
      return blobs.put(payload, payload.sha256(), payload.length());
    } catch (HubException refusal) {
      throw refusal.code() == ErrorCode.BAD_REQUEST
          ? new S3Refusal(S3Code.XAmzContentSHA256Mismatch, refusal.sentence())
          : refusal;
    }
  }

  /// Puts stored content at a place; makes the repository if there is none.
  Written write(S3Key key, BlobStore.Stored stored, @Nullable String head, Caller caller) {
    var author = caller.require(Role.WRITE);
    var repo = writableRepo(key.repo(), caller);
    content.add(repo.key(), stored);
    return put(author, repo, key, stored, head);
  }

  /// Puts content there that is elsewhere in the hub, without moving a byte.
  Written copy(S3Key from, @Nullable String version, S3Key to, Caller caller) {
    var source = find(from, version, caller).file();
    var author = mayWrite(to, caller);
    var repo = writableRepo(to.repo(), caller);
    if (!content.holds(repo, source.content(), source.size(), caller)) {
      throw new S3Refusal(S3Code.NoSuchKey, "The content of " + from.path() + " is not there");
    }
    return put(author, repo, to, new BlobStore.Stored(source.content(), source.size()), null);
  }

  private RepoView writableRepo(RepoId id, Caller caller) {
    if (repos.find(id, caller).isEmpty()) {
      try {
        return repos.create(id, own.newRepositoriesPrivate(), caller);
      } catch (HubException lostRace) {
        if (lostRace.code() != ErrorCode.EXISTS) {
          throw lostRace;
        }
      }
    }
    return repos.write(id, caller);
  }

  private Written put(
      Caller.Known author,
      RepoView repo,
      S3Key key,
      BlobStore.Stored stored,
      @Nullable String head) {
    var revision = revisions.resolve(repo, key.revision());
    boolean large = rule(revision).large(key.path(), stored.size(), sample(stored));
    var operation =
        large
            ? new Operation.PutLarge(key.path(), stored.sha256())
            : new Operation.PutFile(key.path(), stored.sha256(), stored.size());
    var commit =
        commits.commit(
            author,
            repo,
            key.revision(),
            new Commits.Message("Upload " + key.path(), "", head),
            List.of(operation));
    var file = revisions.file(revisions.resolve(repo, commit.oid()), key.path());
    return new Written('"' + file.etag() + '"', commit.oid());
  }

  private LargeRule rule(Revision revision) {
    try {
      return LargeRule.of(repos, revisions, revision, "", settings.limits().regularFile());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private byte[] sample(BlobStore.Stored stored) {
    try (InputStream in = Files.newInputStream(blobs.path(stored.sha256()))) {
      return in.readNBytes(SAMPLE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Removes the files that are there, in one commit; says nothing about those that are not.
  void remove(RepoId id, String branch, List<String> paths, Caller caller) {
    if (repos.find(id, caller).isEmpty()) {
      accounts.claim(caller, id.namespace());
      return;
    }
    var repo = repos.write(id, caller);
    var author = caller.require(Role.WRITE);
    var there =
        revisions.entries(revisions.resolve(repo, branch), paths).stream()
            .filter(entry -> !entry.directory())
            .map(EntryView::path)
            .toList();
    if (there.isEmpty()) {
      return;
    }
    String title =
        there.size() == 1 ? "Delete " + there.getFirst() : "Delete " + there.size() + " files";
    commits.commit(
        author,
        repo,
        branch,
        new Commits.Message(title, "", null),
        there.stream().<Operation>map(Operation.DeleteFile::new).toList());
  }
}
