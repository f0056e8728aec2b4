package org.syncyte.hub.s3;

import org.syncyte.hub.repo.Paths;
import org.syncyte.hub.repo.RepoId;

/// Bucket and key as a place in a repository. The bucket is the namespace; the key is `name/path`,
/// on main, or `name@revision/path` (slashes of the revision as `%2F`).
record S3Key(RepoId repo, String revision, String path) {
  static final String MAIN = "main";

  static S3Key of(String bucket, String key) {
    int slash = key.indexOf('/');
    if (slash < 1 || slash == key.length() - 1) {
      throw new S3Refusal(
          S3Code.NoSuchKey, "'" + shown(key) + "': keys here are <repository>/<path of a file>");
    }
    String first = key.substring(0, slash);
    int at = first.indexOf('@');
    String name = at < 0 ? first : first.substring(0, at);
    String revision = at < 0 ? MAIN : PercentCode.decode(first.substring(at + 1));
    return new S3Key(new RepoId(bucket, name), revision, key.substring(slash + 1));
  }

  /// The same place, if it may be written to at all.
  S3Key writable() {
    repo.valid();
    Paths.valid(path);
    return this;
  }

  private static String shown(String key) {
    return key.length() > 100 ? key.substring(0, 100) + "…" : key;
  }
}
