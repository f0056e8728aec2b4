package org.syncyte.hub.access;

import jakarta.data.repository.Delete;
import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Repository;
import jakarta.data.repository.Update;
import java.util.Optional;

@Repository
interface AccessRepository {
  @Insert
  void insert(AccessRequest request);

  @Update
  void update(AccessRequest request);

  @Delete
  void delete(AccessRequest request);

  @Find
  Optional<AccessRequest> request(long repoId, long accountId);
}
