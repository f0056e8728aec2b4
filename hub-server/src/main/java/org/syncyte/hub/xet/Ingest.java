package org.syncyte.hub.xet;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.RepoView;

/// Turns the files of a shard into plain content of a repository.
///
/// From then on nothing distinguishes them from files that came another way: they are stored under
/// their SHA-256, a commit refers to them by it, and downloads know nothing of chunks. Each file is
/// all or nothing, and a shard may be sent again at any time: files that the repository already has
/// are skipped. So after a crash the client's next attempt goes on where the last one stopped, and
/// a commit of a file that never was built is refused.
@ApplicationScoped
class Ingest {
  private static final int AT_ONCE = 4;
  private final Xorbs xorbs;
  private final XorbIndex index;
  private final Content content;
  private final BlobStore blobs;
  private final HubSettings settings;
  private final Semaphore permits = new Semaphore(AT_ONCE, true);

  Ingest(Xorbs xorbs, XorbIndex index, Content content, BlobStore blobs, HubSettings settings) {
    this.xorbs = xorbs;
    this.index = index;
    this.content = content;
    this.blobs = blobs;
    this.settings = settings;
  }

  /// Returns whether any file was new to the repository.
  boolean take(byte[] bytes, RepoView repo, Caller.Known caller, Progress progress) {
    permits.acquireUninterruptibly();
    try {
      var shard = Shard.parse(bytes);
      progress.begin(shard.files().size());
      var mentioned = shard.xorbs();
      for (var xorb : mentioned) {
        if (!index.mayUse(xorb, caller) || !xorbs.mention(xorb)) {
          throw Xorbs.missing(xorb);
        }
      }
      checkSizes(shard);
      boolean fresh = build(shard, repo, caller, progress);
      index.use(mentioned, repo.key());
      return fresh;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      permits.release();
    }
  }

  private boolean build(Shard shard, RepoView repo, Caller caller, Progress progress)
      throws IOException {
    boolean fresh = false;
    try (var rebuild = new Rebuild(xorbs, progress)) {
      for (var file : shard.files()) {
        String sha256 = file.sha256();
        if (sha256 == null) {
          throw new XetFormatException("shard: file " + file.hash() + " comes without SHA-256");
        }
        if (!content.holds(repo, sha256, file.length(), caller)) {
          content.add(repo.key(), rebuild.file(file, sha256, blobs));
          fresh = true;
        }
        progress.next();
      }
    }
    return fresh;
  }

  private void checkSizes(Shard shard) {
    long total = 0;
    for (var file : shard.files()) {
      total += file.length();
      if (file.length() > settings.limits().file()) {
        throw new HubException(
            ErrorCode.TOO_BIG,
            "a file of "
                + file.length()
                + " bytes is larger than the "
                + settings.limits().file()
                + " that a file may have here");
      }
      if (total > settings.limits().shard()) {
        throw new HubException(
            ErrorCode.TOO_BIG,
            "the files of one shard have more than " + settings.limits().shard() + " bytes");
      }
    }
  }
}
