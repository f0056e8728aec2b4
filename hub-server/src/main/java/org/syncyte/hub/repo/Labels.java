package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Set;
import org.hibernate.StatelessSession;

/// Tags that the hub itself gives to a model. What the hub finds out replaces what a card claims.
@ApplicationScoped
public class Labels {
  /// Facets that only the hub may speak of.
  static final Set<String> OWN = Set.of("status");

  private final StatelessSession session;
  private final RepoRepository repos;

  Labels(StatelessSession session, RepoRepository repos) {
    this.session = session;
    this.repos = repos;
  }

  /// Gives these tags to a repository, if the revision still is its newest on main.
  @Transactional
  public void replace(Revision revision, List<String> tags) {
    long key = revision.repo().key();
    var repo = repos.repo(key).orElse(null);
    if (repo == null || !repo.head.equals(revision.commit())) {
      return;
    }
    for (String tag : tags) {
      session
          .createNativeMutationQuery(
              "delete from repo_tag where repo_id = :repo and facet = :facet")
          .setParameter("repo", key)
          .setParameter("facet", Listing.facet(tag))
          .executeUpdate();
    }
    tags.forEach(tag -> repos.insert(Listing.row(key, tag)));
  }
}
