package org.syncyte.hub.repo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Role;

/// Counts downloads: once per repository, commit, caller and hour, on the model's main file, by
/// whatever protocol. Who proves models downloads them each day; that says nothing of how well they
/// are liked.
@ApplicationScoped
public class Downloads {
  private final Repos repos;
  private final Cache<String, Boolean> counted =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofHours(1)).maximumSize(100_000).build();

  Downloads(Repos repos) {
    this.repos = repos;
  }

  /// Notes that a file was asked for.
  public void count(Revision revision, EntryView file, Caller caller) {
    var repo = revision.repo();
    boolean main =
        file.path().equals("model.pt")
            || (!repo.complete() && file.path().equals("_scvi_required_metadata.json"));
    boolean reader = !(caller instanceof Caller.Known known && known.role() == Role.PROVE);
    if (main && reader) {
      String key = repo.key() + " " + revision.commit() + " " + caller.accountOrNull();
      if (counted.asMap().putIfAbsent(key, true) == null) {
        repos.countDownload(revision);
      }
    }
  }
}
