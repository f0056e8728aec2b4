package org.syncyte.hub.hfapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.discussion.DiscussionView;
import org.syncyte.hub.discussion.Discussions;
import org.syncyte.hub.discussion.Patch;
import org.syncyte.hub.discussion.Status;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;

/// Discussions and pull requests of a model.
@Path("/api/models/{namespace}/{name}/discussions")
@RunOnVirtualThread
class DiscussionRoutes {
  private static final int PAGE = 50;
  private static final int MAX_BODY = 1 << 18;
  private final Repos repos;
  private final Discussions discussions;
  private final Patch patch;
  private final CurrentCaller current;
  private final BaseUrl base;
  private final ObjectMapper json;

  DiscussionRoutes(
      Repos repos,
      Discussions discussions,
      Patch patch,
      CurrentCaller current,
      BaseUrl base,
      ObjectMapper json) {
    this.repos = repos;
    this.discussions = discussions;
    this.patch = patch;
    this.current = current;
    this.base = base;
    this.json = json;
  }

  public record OpenRequest(
      @Nullable String title, @Nullable String description, @Nullable Boolean pullRequest) {}

  public record CommentRequest(@Nullable String comment) {}

  public record EditRequest(@Nullable String content) {}

  public record TitleRequest(@Nullable String title) {}

  public record StatusRequest(@Nullable String status, @Nullable String comment) {}

  @GET
  public Map<String, Object> list(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("p") @DefaultValue("0") int page,
      @QueryParam("type") @Nullable String type,
      @QueryParam("status") @Nullable String status,
      @QueryParam("author") @Nullable String author) {
    var repo = repos.readFiles(new RepoId(namespace, name), current.caller());
    int start = Math.clamp(page, 0, 1_000_000) * PAGE;
    var wanted =
        new DiscussionView.Wanted(
            choice("type", type, "pull_request", "discussion"),
            choice("status", status, "open", "closed"),
            author);
    return DiscussionBody.list(repo, discussions.list(repo, wanted, start, PAGE), start);
  }

  private static @Nullable Boolean choice(
      String name, @Nullable String value, String yes, String no) {
    if (value == null || value.equals("all")) {
      return null;
    }
    if (!value.equals(yes) && !value.equals(no)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, name + " '" + value + "': use " + yes + ", " + no + " or all");
    }
    return value.equals(yes);
  }

  @POST
  public Map<String, Object> open(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      OpenRequest request) {
    var repo = contribute(namespace, name);
    String description = request.description() == null ? "" : request.description();
    var opened =
        discussions.open(
            author(),
            repo,
            given("title", request.title()),
            description,
            Boolean.TRUE.equals(request.pullRequest()));
    return Map.of(
        "num",
        opened.num(),
        "title",
        opened.title(),
        "url",
        base.at("/" + repo.id() + "/discussions/" + opened.num()),
        "pullRequest",
        opened.pullRequest());
  }

  @GET
  @Path("{num}")
  public Map<String, Object> read(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      @QueryParam("diff") @Nullable String diff) {
    var repo = repos.readFiles(new RepoId(namespace, name), current.caller());
    var found = discussions.read(repo, num);
    String from = found.discussion().base();
    return DiscussionBody.whole(
        repo,
        found,
        from != null && Flags.on(diff)
            ? patch.between(repo, from, discussions.head(repo, num))
            : null);
  }

  @POST
  @Path("{num}/comment")
  public Map<String, Object> comment(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      CommentRequest request) {
    var repo = contribute(namespace, name);
    String text = given("comment", request.comment());
    return Map.of(
        "newMessage", DiscussionBody.event(discussions.comment(author(), repo, num, text)));
  }

  @POST
  @Path("{num}/comment/{comment}/edit")
  public Map<String, Object> edit(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      @PathParam("comment") String comment,
      EditRequest request) {
    var repo = contribute(namespace, name);
    String text = given("content", request.content());
    var edited = discussions.edit(author(), repo, num, Ids.number(comment), text);
    return Map.of("updatedComment", DiscussionBody.event(edited));
  }

  @POST
  @Path("{num}/comment/{comment}/hide")
  public Map<String, Object> hide(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      @PathParam("comment") String comment) {
    var repo = contribute(namespace, name);
    var hidden = discussions.hide(author(), repo, num, Ids.number(comment));
    return Map.of("updatedComment", DiscussionBody.event(hidden));
  }

  @POST
  @Path("{num}/title")
  public Map<String, Object> rename(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      TitleRequest request) {
    var repo = contribute(namespace, name);
    String title = given("title", request.title());
    return Map.of("newTitle", DiscussionBody.event(discussions.rename(author(), repo, num, title)));
  }

  @POST
  @Path("{num}/status")
  public Map<String, Object> status(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      StatusRequest request) {
    var repo = contribute(namespace, name);
    var status =
        switch (given("status", request.status())) {
          case "open" -> Status.OPEN;
          case "closed" -> Status.CLOSED;
          default -> throw new HubException(ErrorCode.BAD_REQUEST, "status: open or closed");
        };
    var changed = discussions.change(author(), repo, num, status, request.comment());
    return Map.of("newStatus", DiscussionBody.event(changed));
  }

  /// Clients send no body at all if there is no comment.
  @POST
  @Path("{num}/merge")
  public Map<String, Object> merge(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      InputStream body)
      throws IOException {
    var repo = contribute(namespace, name);
    byte[] bytes = body.readNBytes(MAX_BODY);
    String comment =
        bytes.length == 0 ? null : json.readValue(bytes, CommentRequest.class).comment();
    var commit = discussions.merge(author(), repo, num, comment);
    var reply = new LinkedHashMap<String, Object>();
    reply.put("success", true);
    reply.put("mergeCommitId", commit.oid());
    return reply;
  }

  private RepoView contribute(String namespace, String name) {
    return repos.contribute(new RepoId(namespace, name), current.caller());
  }

  private Caller.Known author() {
    return current.caller().require(Role.WRITE);
  }

  private static String given(String name, @Nullable String value) {
    if (value == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, name + " is missing");
    }
    return value;
  }
}
