package org.syncyte.hub.hfapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.discussion.DiscussionView;
import org.syncyte.hub.discussion.EventView;
import org.syncyte.hub.discussion.Spoken;
import org.syncyte.hub.repo.RepoView;

/// Discussions as the Hub protocol writes them. Who removed their account is left out; clients then
/// say "deleted".
final class DiscussionBody {
  private DiscussionBody() {}

  static Map<String, Object> brief(RepoView repo, DiscussionView discussion) {
    var body = new LinkedHashMap<String, Object>();
    body.put("title", discussion.title());
    body.put("num", discussion.num());
    putAuthor(body, discussion.author());
    body.put("createdAt", Dates.text(discussion.createdAt()));
    body.put("status", discussion.status().word());
    body.put("repo", Map.of("name", repo.id().toString(), "type", "model"));
    body.put("isPullRequest", discussion.pullRequest());
    body.put("numComments", discussion.comments());
    return body;
  }

  static Map<String, Object> whole(
      RepoView repo, DiscussionView.Detailed detailed, @Nullable String diff) {
    var discussion = detailed.discussion();
    var body = brief(repo, discussion);
    body.put("events", detailed.events().stream().map(DiscussionBody::event).toList());
    if (discussion.pullRequest()) {
      var changes = new LinkedHashMap<String, Object>();
      changes.put("base", "refs/heads/main");
      if (discussion.mergeCommit() != null) {
        changes.put("mergeCommitId", discussion.mergeCommit());
      }
      body.put("changes", changes);
      body.put("filesWithConflicts", detailed.conflicts());
      if (diff != null) {
        body.put("diff", diff);
      }
    }
    return body;
  }

  static Map<String, Object> event(EventView event) {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", Ids.hex(event.key()));
    body.put("type", type(event));
    body.put("createdAt", Dates.text(event.at()));
    putAuthor(body, event.author());
    body.put("data", data(event));
    return body;
  }

  private static String type(EventView event) {
    return switch (event) {
      case EventView.Comment _ -> "comment";
      case EventView.StatusChange _ -> "status-change";
      case EventView.CommitAdded _ -> "commit";
      case EventView.TitleChange _ -> "title-change";
    };
  }

  private static Map<String, Object> data(EventView event) {
    return switch (event) {
      case EventView.Comment comment -> comment(comment);
      case EventView.StatusChange change -> Map.of("status", change.status().word());
      case EventView.CommitAdded commit -> Map.of("subject", commit.title(), "oid", commit.oid());
      case EventView.TitleChange change -> Map.of("from", change.from(), "to", change.to());
    };
  }

  private static Map<String, Object> comment(EventView.Comment comment) {
    var latest = new LinkedHashMap<String, Object>();
    latest.put("raw", comment.text());
    latest.put("html", Spoken.html(comment.text()));
    latest.put("updatedAt", Dates.text(comment.updatedAt()));
    putAuthor(latest, comment.author());
    var data = new LinkedHashMap<String, Object>();
    data.put("edited", comment.edited());
    data.put("hidden", comment.hidden());
    data.put("latest", latest);
    data.put("numEdits", comment.before().size());
    data.put(
        "history",
        comment.before().stream()
            .map(version -> Map.of("raw", version.text(), "updatedAt", Dates.text(version.at())))
            .toList());
    return data;
  }

  private static void putAuthor(Map<String, Object> body, @Nullable String author) {
    if (author != null) {
      body.put("author", Map.of("name", author, "type", "user"));
    }
  }

  static Map<String, Object> list(RepoView repo, DiscussionView.Found found, int start) {
    return Map.of(
        "discussions",
        List.copyOf(found.items().stream().map(one -> brief(repo, one)).toList()),
        "count",
        found.total(),
        "start",
        start);
  }
}
