package org.syncyte.hub.repo;

/// A revision that was found: the repository, the commit, and its tree.
public record Revision(RepoView repo, String commit, String tree) {}
