package org.syncyte.hub.repo;

import jakarta.data.repository.Delete;
import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import jakarta.data.repository.Update;
import java.util.List;
import java.util.Optional;

@Repository
interface RepoRepository {
  @Insert
  void insert(Repo repo);

  @Insert
  void insert(RepoAlias alias);

  @Insert
  void insert(RepoTag tag);

  @Update
  void update(Repo repo);

  @Delete
  void delete(Repo repo);

  @Delete
  void delete(RepoAlias alias);

  @Query("from Repo where lower(namespace) = lower(:namespace) and lower(name) = lower(:name)")
  Optional<Repo> named(String namespace, String name);

  @Query("from RepoAlias where lower(namespace) = lower(:namespace) and lower(name) = lower(:name)")
  Optional<RepoAlias> alias(String namespace, String name);

  @Find
  Optional<Repo> repo(Long id);

  @Query("from Repo where id in :ids")
  List<Repo> repos(List<Long> ids);

  @Query("from RepoTag where repoId = :repoId order by id")
  List<RepoTag> tags(long repoId);

  @Query("from RepoTag where repoId in :repoIds order by id")
  List<RepoTag> tagsOf(List<Long> repoIds);

  @Query("delete from RepoTag where repoId = :repoId")
  void clearTags(long repoId);

  @Query("update Repo set downloads = downloads + 1 where id = :repoId")
  void countDownload(long repoId);
}
