package org.syncyte.hub.repo;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// What a model can be found by: `tissue:lung` has facet `tissue`; `genes:2000` also has a number.
@Entity
@Table(name = "repo_tag")
class RepoTag {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long repoId;
  String tag;
  String facet;
  @Nullable Double number;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  RepoTag() {}
}
