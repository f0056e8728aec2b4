package org.syncyte.hub.repo;

import jakarta.data.Limit;
import jakarta.data.repository.Delete;
import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import jakarta.data.repository.Update;
import java.util.List;
import java.util.Optional;

@Repository
interface HistoryRepository {
  @Insert
  void insert(Commit commit);

  @Insert
  void insert(Change change);

  @Insert
  void insert(Ref ref);

  @Update
  void update(Ref ref);

  @Delete
  void delete(Ref ref);

  @Find
  Optional<Commit> commit(long repoId, String oid);

  @Query("from Commit where repoId = :repoId and oid like :pattern")
  List<Commit> commitsLike(long repoId, String pattern, Limit limit);

  @Query("from Change where commitId = :commitId order by path")
  List<Change> changes(long commitId);

  @Find
  Optional<Ref> ref(long repoId, String name);

  @Query("from Ref where repoId = :repoId order by name")
  List<Ref> refs(long repoId);
}
