package org.syncyte.hub.discussion;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a comment said before it was edited.
@Entity
@Table(name = "comment_version")
class CommentVersion {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long eventId;
  String text;
  Instant createdAt;

  @SuppressWarnings("NullAway.Init")
  CommentVersion() {}

  CommentVersion(long eventId, String text, Instant createdAt) {
    this.eventId = eventId;
    this.text = text;
    this.createdAt = createdAt;
  }
}
