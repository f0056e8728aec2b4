package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Makes, removes and renames repositories.
@Path("/api/repos")
@RunOnVirtualThread
public class RepoRoutes {
  private final Repos repos;
  private final CurrentCaller current;
  private final BaseUrl base;

  RepoRoutes(Repos repos, CurrentCaller current, BaseUrl base) {
    this.repos = repos;
    this.current = current;
    this.base = base;
  }

  /// `private` up to client 1.7, `visibility` since.
  public record CreateRequest(
      @Nullable String name,
      @Nullable String organization,
      @Nullable String type,
      @com.fasterxml.jackson.annotation.JsonProperty("private") @Nullable Boolean hidden,
      @Nullable String visibility) {}

  public record DeleteRequest(
      @Nullable String name, @Nullable String organization, @Nullable String type) {}

  public record MoveRequest(
      @Nullable String fromRepo, @Nullable String toRepo, @Nullable String type) {}

  public record Created(String url, String name, String id) {}

  @POST
  @Path("create")
  public Created create(CreateRequest request) {
    var caller = current.caller().require(Role.WRITE);
    onlyModels(request.type());
    var id = id(request.name(), request.organization(), caller);
    boolean hidden =
        Boolean.TRUE.equals(request.hidden()) || "private".equals(request.visibility());
    try {
      var repo = repos.create(id, hidden, caller);
      return new Created(base.at("/" + repo.id()), repo.id().toString(), Ids.hex(repo.key()));
    } catch (HubException refusal) {
      throw refusal.code() == ErrorCode.EXISTS ? refusal.body("url", base.at("/" + id)) : refusal;
    }
  }

  @DELETE
  @Path("delete")
  public Map<String, Boolean> delete(DeleteRequest request) {
    var caller = current.caller().require(Role.WRITE);
    onlyModels(request.type());
    repos.delete(id(request.name(), request.organization(), caller), caller);
    return Map.of("success", true);
  }

  @POST
  @Path("move")
  public Map<String, Boolean> move(MoveRequest request) {
    var caller = current.caller().require(Role.WRITE);
    onlyModels(request.type());
    repos.move(
        RepoId.parse(text(request.fromRepo())), RepoId.parse(text(request.toRepo())), caller);
    return Map.of("success", true);
  }

  private static void onlyModels(@Nullable String type) {
    if (type != null && !type.equals("model")) {
      throw new HubException(
          ErrorCode.REPO_NOT_FOUND,
          "This hub holds models; there are no repositories of type '" + type + "'");
    }
  }

  private static RepoId id(
      @Nullable String name, @Nullable String organization, Caller.Known caller) {
    String text = text(name);
    return text.contains("/")
        ? RepoId.parse(text)
        : new RepoId(organization == null ? caller.name() : organization, text);
  }

  private static String text(@Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new HubException(ErrorCode.BAD_REQUEST, "the repository's name is missing");
    }
    return value;
  }
}
