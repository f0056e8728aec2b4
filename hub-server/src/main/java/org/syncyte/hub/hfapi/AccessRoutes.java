package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.access.AccessRequests;
import org.syncyte.hub.access.AccessStatus;
import org.syncyte.hub.access.AccessView;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;

/// Requests for a gated model's files, for those who may write to it.
@Path("/api/models/{namespace}/{name}/user-access-request")
@RunOnVirtualThread
class AccessRoutes {
  private static final int PAGE = 1000;
  private final Repos repos;
  private final AccessRequests requests;
  private final CurrentCaller current;
  private final BaseUrl base;

  AccessRoutes(Repos repos, AccessRequests requests, CurrentCaller current, BaseUrl base) {
    this.repos = repos;
    this.requests = requests;
    this.current = current;
    this.base = base;
  }

  public record Answer(
      @Nullable String user, @Nullable String status, @Nullable String rejectionReason) {}

  public record Grant(@Nullable String user) {}

  @GET
  @Path("{status}")
  public Response list(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("status") String status,
      @QueryParam("cursor") @DefaultValue("0") long after,
      UriInfo uri) {
    var repo = repo(namespace, name);
    if (repo.gated().isEmpty()) {
      throw new HubException(ErrorCode.BAD_REQUEST, repo.id() + " is not gated");
    }
    var found = requests.list(repo, AccessStatus.of(status), after, PAGE);
    var reply =
        Response.ok(
            found.stream().map(AccessRoutes::body).toList(), MediaType.APPLICATION_JSON_TYPE);
    if (found.size() == PAGE) {
      reply.header("Link", NextLink.of(base, uri, "cursor", Long.toString(found.getLast().key())));
    }
    return reply.build();
  }

  @POST
  @Path("handle")
  public Map<String, Boolean> handle(
      @PathParam("namespace") String namespace, @PathParam("name") String name, Answer answer) {
    var repo = repo(namespace, name);
    requests.answer(
        author(),
        repo,
        given("user", answer.user()),
        AccessStatus.of(given("status", answer.status())),
        answer.rejectionReason());
    return Map.of("success", true);
  }

  @POST
  @Path("grant")
  public Map<String, Boolean> grant(
      @PathParam("namespace") String namespace, @PathParam("name") String name, Grant grant) {
    var repo = repo(namespace, name);
    requests.grant(author(), repo, given("user", grant.user()));
    return Map.of("success", true);
  }

  private static Map<String, Object> body(AccessView request) {
    var user = new LinkedHashMap<String, Object>();
    user.put("user", request.user());
    user.put("fullname", request.fullname());
    if (request.email() != null) {
      user.put("email", request.email());
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("user", user);
    body.put("status", request.status().word());
    body.put("timestamp", Dates.text(request.at()));
    if (!request.fields().isEmpty()) {
      body.put("fields", request.fields());
    }
    return body;
  }

  private RepoView repo(String namespace, String name) {
    return repos.write(new RepoId(namespace, name), current.caller());
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
