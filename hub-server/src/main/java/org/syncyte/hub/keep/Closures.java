package org.syncyte.hub.keep;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.discussion.Transcripts;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Snapshots;

/// A repository with its discussions, each way in one transaction.
@ApplicationScoped
class Closures {
  private final Snapshots snapshots;
  private final Transcripts transcripts;

  Closures(Snapshots snapshots, Transcripts transcripts) {
    this.snapshots = snapshots;
    this.transcripts = transcripts;
  }

  @Transactional
  Closure of(RepoView repo) {
    var snapshot = snapshots.of(repo);
    return new Closure(snapshot, transcripts.of(repo, snapshot));
  }

  @Transactional
  void restore(Closure closure, RepoId id, boolean hidden, Caller caller) {
    transcripts.restore(
        closure.transcript(), snapshots.restore(closure.snapshot(), id, hidden, caller));
  }
}
