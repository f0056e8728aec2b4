package org.syncyte.hub.trust;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// What was found about a commit; owners may ask for another run, and for a clean copy.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class CheckRoutes {
  private final CheckRuns runs;
  private final Repos repos;
  private final Revisions revisions;
  private final CleanCopy copies;
  private final BlobStore blobs;
  private final TrustSettings settings;
  private final CurrentCaller current;

  CheckRoutes(
      CheckRuns runs,
      Repos repos,
      Revisions revisions,
      CleanCopy copies,
      BlobStore blobs,
      TrustSettings settings,
      CurrentCaller current) {
    this.copies = copies;
    this.blobs = blobs;
    this.settings = settings;
    this.runs = runs;
    this.repos = repos;
    this.revisions = revisions;
    this.current = current;
  }

  @GET
  @Path("checks/{revision}")
  public CheckReport report(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    var repo = repos.readFiles(new RepoId(namespace, name), current.caller());
    return runs.report(revisions.resolve(repo, revision));
  }

  @POST
  @Path("checks/{revision}")
  public CheckReport again(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    var found = revisions.resolve(repo, revision);
    runs.again(found);
    return runs.report(found);
  }

  public record Copy(String branch, String commit) {}

  @POST
  @Path("clean/{revision}")
  public Copy clean(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision)
      throws IOException {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    var found = revisions.resolve(repo, revision);
    try (var subject = new Subject(found, revisions.files(found), blobs, settings)) {
      return new Copy(CleanCopy.BRANCH, copies.make(subject).oid());
    }
  }
}
