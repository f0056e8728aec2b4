package org.syncyte.hub.discussion;

import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import jakarta.data.repository.Update;
import java.util.List;
import java.util.Optional;

@Repository
interface DiscussionRepository {
  @Insert
  void insert(Discussion discussion);

  @Update
  void update(Discussion discussion);

  @Insert
  void insert(DiscussionEvent event);

  @Update
  void update(DiscussionEvent event);

  @Insert
  void insert(CommentVersion version);

  @Query("delete from CommentVersion where eventId = :eventId")
  void forget(long eventId);

  @Find
  Optional<Discussion> discussion(long repoId, int num);

  @Query("from DiscussionEvent where discussionId = :discussionId and id = :id")
  Optional<DiscussionEvent> event(long discussionId, long id);

  @Query("from CommentVersion where eventId in :events order by id")
  List<CommentVersion> versions(List<Long> events);
}
