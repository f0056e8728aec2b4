package org.syncyte.hub.hfapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.Refs;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;

/// Changes one model's settings, branches and tags.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class EditRoutes {
  private final Repos repos;
  private final Refs refs;
  private final CurrentCaller current;

  EditRoutes(Repos repos, Refs refs, CurrentCaller current) {
    this.repos = repos;
    this.refs = refs;
    this.current = current;
  }

  public record SettingsRequest(
      @JsonProperty("private") @Nullable Boolean hidden,
      @Nullable String visibility,
      @Nullable Object gated,
      @Nullable Boolean discussionsDisabled) {}

  @PUT
  @Path("settings")
  public Map<String, Object> settings(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      SettingsRequest request) {
    var id = new RepoId(namespace, name);
    boolean hidden =
        Boolean.TRUE.equals(request.hidden()) || "private".equals(request.visibility());
    if (request.hidden() != null || request.visibility() != null) {
      repos.hide(id, hidden, current.caller());
    }
    if (request.gated() != null) {
      repos.gate(id, gated(request.gated()), current.caller());
    }
    if (request.discussionsDisabled() != null) {
      repos.disableDiscussions(id, request.discussionsDisabled(), current.caller());
    }
    var repo = repo(namespace, name);
    return Map.of(
        "private",
        repo.hidden(),
        "gated",
        repo.gated().isEmpty() ? (Object) false : repo.gated(),
        "discussionsDisabled",
        repo.discussionsDisabled());
  }

  private static String gated(Object value) {
    return switch (value) {
      case Boolean on when !on -> "";
      case String word when word.equals("auto") || word.equals("manual") -> word;
      default ->
          throw new HubException(
              ErrorCode.BAD_REQUEST, "gated '" + value + "': use auto, manual or false");
    };
  }

  public record BranchRequest(@Nullable String startingPoint) {}

  @POST
  @Path("branch/{branch}")
  public Map<String, Boolean> branch(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("branch") String branch,
      @Nullable BranchRequest request) {
    var repo = repo(namespace, name);
    String start =
        request == null || request.startingPoint() == null ? "main" : request.startingPoint();
    refs.branch(current.caller().require(Role.WRITE), repo, branch, start);
    return Map.of("success", true);
  }

  @DELETE
  @Path("branch/{branch}")
  public Map<String, Boolean> deleteBranch(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("branch") String branch) {
    refs.deleteBranch(current.caller().require(Role.WRITE), repo(namespace, name), branch);
    return Map.of("success", true);
  }

  public record TagRequest(@Nullable String tag, @Nullable String message) {}

  @POST
  @Path("tag/{revision}")
  public Map<String, Boolean> tag(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      TagRequest request) {
    var repo = repo(namespace, name);
    if (request.tag() == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, "the tag's name is missing");
    }
    refs.tag(current.caller().require(Role.WRITE), repo, request.tag(), revision);
    return Map.of("success", true);
  }

  @DELETE
  @Path("tag/{tag}")
  public Map<String, Boolean> deleteTag(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("tag") String tag) {
    refs.deleteTag(current.caller().require(Role.WRITE), repo(namespace, name), tag);
    return Map.of("success", true);
  }

  private RepoView repo(String namespace, String name) {
    return repos.write(new RepoId(namespace, name), current.caller());
  }
}
