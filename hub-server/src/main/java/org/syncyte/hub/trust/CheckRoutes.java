package org.syncyte.hub.trust;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// What was found about a commit; owners may ask for another run.
@Path("/api/models/{namespace}/{name}/checks/{revision}")
@RunOnVirtualThread
class CheckRoutes {
  private final CheckRuns runs;
  private final Repos repos;
  private final Revisions revisions;
  private final CurrentCaller current;

  CheckRoutes(CheckRuns runs, Repos repos, Revisions revisions, CurrentCaller current) {
    this.runs = runs;
    this.repos = repos;
    this.revisions = revisions;
    this.current = current;
  }

  @GET
  public CheckReport report(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    var repo = repos.read(new RepoId(namespace, name), current.caller());
    return runs.report(revisions.resolve(repo, revision));
  }

  @POST
  public CheckReport again(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    var found = revisions.resolve(repo, revision);
    runs.again(found);
    return runs.report(found);
  }
}
