package org.syncyte.hub.webhook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.event.HubEvent;

/// An event as the Hub protocol writes it, version 3.
final class Payload {
  private Payload() {}

  /// @param base the hub's own address
  /// @param owner key of the account or organisation that the repository belongs to
  static Map<String, Object> of(HubEvent event, String base, long owner) {
    var body = new LinkedHashMap<String, Object>();
    body.put(
        "event",
        Map.of(
            "action", event.action().name().toLowerCase(Locale.ROOT),
            "scope", event.scope().word()));
    body.put("repo", repo(event.repo(), base, owner));
    if (event.discussion() != null) {
      body.put("discussion", discussion(event.repo(), event.discussion(), base));
    }
    if (event.comment() != null && event.discussion() != null) {
      body.put("comment", comment(event.repo(), event.discussion(), event.comment(), base));
    }
    if (!event.refs().isEmpty()) {
      body.put("updatedRefs", event.refs().stream().map(Payload::change).toList());
    }
    if (event.movedTo() != null) {
      body.put("movedTo", Map.of("name", event.movedTo(), "owner", id(owner)));
    }
    return body;
  }

  static Map<String, Object> forHook(Map<String, Object> body, long webhook) {
    var whole = new LinkedHashMap<>(body);
    whole.put("webhook", Map.of("id", hex(webhook), "version", 3));
    return whole;
  }

  private static Map<String, Object> repo(HubEvent.Subject repo, String base, long owner) {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "model");
    body.put("name", repo.id());
    body.put("id", hex(repo.key()));
    body.put("private", repo.hidden());
    body.put(
        "url", Map.of("web", base + "/" + repo.id(), "api", base + "/api/models/" + repo.id()));
    body.put("headSha", repo.head());
    body.put("owner", id(owner));
    return body;
  }

  private static Map<String, Object> discussion(
      HubEvent.Subject repo, HubEvent.Talk talk, String base) {
    String path = repo.id() + "/discussions/" + talk.num();
    var body = new LinkedHashMap<String, Object>();
    body.put("id", hex(talk.key()));
    body.put("num", talk.num());
    body.put("title", talk.title());
    body.put("status", talk.status());
    body.put("isPullRequest", talk.pullRequest());
    body.put("author", author(talk.author()));
    body.put("url", Map.of("web", base + "/" + path, "api", base + "/api/models/" + path));
    if (talk.pullRequest()) {
      body.put("changes", Map.of("base", "refs/heads/main"));
    }
    return body;
  }

  private static Map<String, Object> comment(
      HubEvent.Subject repo, HubEvent.Talk talk, HubEvent.Remark remark, String base) {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", hex(remark.key()));
    body.put("author", author(remark.author()));
    body.put("hidden", remark.hidden());
    if (!remark.hidden()) {
      body.put("content", remark.content());
    }
    String page = base + "/" + repo.id() + "/discussions/" + talk.num();
    body.put("url", Map.of("web", page + "#c" + remark.key()));
    return body;
  }

  private static Map<String, Object> change(HubEvent.RefChange change) {
    var body = new LinkedHashMap<String, Object>();
    body.put("ref", change.ref());
    body.put("oldSha", change.before());
    body.put("newSha", change.after());
    return body;
  }

  private static Map<String, Object> author(@Nullable Long account) {
    return id(account == null ? 0 : account);
  }

  private static Map<String, Object> id(long key) {
    return Map.of("id", hex(key));
  }

  static String hex(long key) {
    return "%024x".formatted(key);
  }

  /// `update repo.content`, for the log.
  static String name(HubEvent event) {
    return List.of(event.action().name().toLowerCase(Locale.ROOT), event.scope().word()).stream()
        .reduce((one, other) -> one + " " + other)
        .orElseThrow();
  }
}
