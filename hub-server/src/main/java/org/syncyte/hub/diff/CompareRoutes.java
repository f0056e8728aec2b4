package org.syncyte.hub.diff;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Map;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Two revisions held against each other, and how often each version was downloaded.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class CompareRoutes {
  private final Comparison comparison;
  private final Repos repos;
  private final CurrentCaller current;

  CompareRoutes(Comparison comparison, Repos repos, CurrentCaller current) {
    this.comparison = comparison;
    this.repos = repos;
    this.current = current;
  }

  @GET
  @Path("compare/{pair}")
  public RevisionDiff compare(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("pair") String pair) {
    return comparison.of(repos.readFiles(new RepoId(namespace, name), current.caller()), pair);
  }

  public record Downloads(long total, Map<String, Long> commits) {}

  @GET
  @Path("downloads")
  public Downloads downloads(
      @PathParam("namespace") String namespace, @PathParam("name") String name) {
    var repo = repos.read(new RepoId(namespace, name), current.caller());
    return new Downloads(repo.downloads(), repos.downloads(repo));
  }
}
