package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.StatelessSession;

/// Tags that the hub itself gives to a model. What the hub finds out replaces what a card claims.
@ApplicationScoped
public class Labels {
  /// Facets that only the hub may speak of.
  static final Set<String> OWN = Set.of("status", "proof");

  private final StatelessSession session;
  private final RepoRepository repos;

  Labels(StatelessSession session, RepoRepository repos) {
    this.session = session;
    this.repos = repos;
  }

  /// Locks a repository until the transaction ends; false if it is gone.
  @Transactional
  public boolean lock(Revision revision) {
    return Repos.locked(session, revision.repo().key()).isPresent();
  }

  /// Gives these tags to a repository, if the revision still is its newest on main. What was said
  /// before of their facets, and of `facets`, no longer holds. Until the transaction ends, no
  /// commit becomes the newest in its place. False if it is not the newest.
  @Transactional
  public boolean replace(Revision revision, Set<String> facets, List<String> tags) {
    long key = revision.repo().key();
    var repo = Repos.locked(session, key).orElse(null);
    if (repo == null || !repo.head.equals(revision.commit())) {
      return false;
    }
    var spoken = new HashSet<>(facets);
    tags.forEach(tag -> spoken.add(Listing.facet(tag)));
    for (String facet : spoken) {
      session
          .createNativeMutationQuery(
              "delete from repo_tag where repo_id = :repo and facet = :facet")
          .setParameter("repo", key)
          .setParameter("facet", facet)
          .executeUpdate();
    }
    tags.forEach(tag -> repos.insert(Listing.row(key, tag)));
    return true;
  }
}
