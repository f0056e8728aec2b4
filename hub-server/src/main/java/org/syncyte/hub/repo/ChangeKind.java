package org.syncyte.hub.repo;

/// What a commit did to a path.
public enum ChangeKind {
  ADDED,
  CHANGED,
  REMOVED
}
