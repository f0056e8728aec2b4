package org.syncyte.hub.discussion;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One thing that happened in a discussion; only comments change afterwards.
@Entity
@Table(name = "discussion_event")
class DiscussionEvent {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long discussionId;

  @Enumerated(EnumType.STRING)
  Kind kind;

  @Nullable Long accountId;

  /// Who did it elsewhere, if it came with an imported repository.
  @Nullable String author;

  String text;
  String detail;
  boolean hidden;
  Instant createdAt;
  Instant updatedAt;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  DiscussionEvent() {}
}
