package org.syncyte.hub.repo;

/// The repository has another name now; the old address leads there.
public final class RepoMoved extends RuntimeException {
  private final RepoId from;
  private final RepoId to;

  RepoMoved(RepoId from, RepoId to) {
    super(from + " is now " + to);
    this.from = from;
    this.to = to;
  }

  public RepoId from() {
    return from;
  }

  public RepoId to() {
    return to;
  }
}
