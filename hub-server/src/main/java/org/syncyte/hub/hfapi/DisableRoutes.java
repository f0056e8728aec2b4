package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Closes a model to everybody, for administrators of the hub.
@Path("/api/v1/models/{namespace}/{name}/disabled")
@RunOnVirtualThread
class DisableRoutes {
  private final Repos repos;
  private final CurrentCaller current;

  DisableRoutes(Repos repos, CurrentCaller current) {
    this.repos = repos;
    this.current = current;
  }

  public record Request(@Nullable Boolean disabled) {}

  @PUT
  public void disable(
      @PathParam("namespace") String namespace, @PathParam("name") String name, Request request) {
    boolean disabled = !Boolean.FALSE.equals(request.disabled());
    repos.disable(new RepoId(namespace, name), disabled, current.caller());
  }
}
