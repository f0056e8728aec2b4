package org.syncyte.hub.repo;

import jakarta.data.Limit;
import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import java.util.List;
import java.util.Optional;

@Repository
interface TreeRepository {
  @Insert
  void insert(List<TreeEntry> entries);

  @Insert
  void insert(Blob blob);

  @Insert
  void insert(RepoBlob link);

  @Query(
      "from TreeEntry where repoId = :repoId and tree = :tree and directory = false order by path")
  List<TreeEntry> files(long repoId, String tree);

  @Query("select count(*) from TreeEntry where repoId = :repoId and tree = :tree")
  long count(long repoId, String tree);

  @Find
  Optional<TreeEntry> entry(long repoId, String tree, String path);

  @Query(
      "from TreeEntry where repoId = :repoId and tree = :tree and parent = :parent and path > :after order by path")
  List<TreeEntry> children(long repoId, String tree, String parent, String after, Limit limit);

  @Query(
      "from TreeEntry where repoId = :repoId and tree = :tree and path > :after and path >= :low and path < :high order by path")
  List<TreeEntry> below(
      long repoId, String tree, String low, String high, String after, Limit limit);

  @Query("from TreeEntry where repoId = :repoId and tree = :tree and path > :after order by path")
  List<TreeEntry> all(long repoId, String tree, String after, Limit limit);

  @Query("from TreeEntry where repoId = :repoId and tree = :tree and path in :paths order by path")
  List<TreeEntry> entries(long repoId, String tree, List<String> paths);

  @Find
  Optional<Blob> blob(String sha256);

  @Find
  Optional<RepoBlob> link(long repoId, String sha256);

  @Query(
      "select r from Repo r where r.id in (select l.repoId from RepoBlob l where l.sha256 = :sha256)")
  List<Repo> holders(String sha256);

  @Query(
      "select coalesce(sum(b.size), 0) from Blob b where b.sha256 in (select l.sha256 from RepoBlob l where l.repoId = :repoId)")
  long storage(long repoId);
}
