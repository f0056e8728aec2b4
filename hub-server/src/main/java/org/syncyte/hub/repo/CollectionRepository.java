package org.syncyte.hub.repo;

import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import jakarta.data.repository.Update;
import java.util.List;
import java.util.Optional;

@Repository
interface CollectionRepository {
  @Insert
  void insert(Collection collection);

  @Insert
  void insert(CollectionItem item);

  @Update
  void update(Collection collection);

  @Find
  Optional<Collection> collection(String namespace, String slug);

  @Query("from Collection order by namespace, slug")
  List<Collection> collections();

  @Query("from CollectionItem where collectionId = :collectionId order by id")
  List<CollectionItem> items(long collectionId);

  @Query("delete from CollectionItem where collectionId = :collectionId and id = :id")
  long remove(long collectionId, long id);
}
