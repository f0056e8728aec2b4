package org.syncyte.hub.keep;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Whole repositories as one file, out of and into the hub.
///
/// Those who can write to a repository may take it out: the file holds what is quarantined, too.
/// Administrators bring one in, since its commits carry the names of others.
@Path("/api/v1/repos")
@RunOnVirtualThread
class ClosureRoutes {
  private final Repos repos;
  private final Closures closures;
  private final BlobStore blobs;
  private final HubSettings settings;
  private final CurrentCaller current;

  ClosureRoutes(
      Repos repos,
      Closures closures,
      BlobStore blobs,
      HubSettings settings,
      CurrentCaller current) {
    this.repos = repos;
    this.closures = closures;
    this.blobs = blobs;
    this.settings = settings;
    this.current = current;
  }

  @GET
  @Path("{namespace}/{name}/export")
  public Response export(@PathParam("namespace") String namespace, @PathParam("name") String name) {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    var closure = closures.of(repo);
    StreamingOutput body = target -> ClosureFile.write(closure, blobs::path, target);
    return Response.ok(body, "application/x-tar")
        .header(
            "Content-Disposition", "attachment; filename=\"" + namespace + "-" + name + ".tar\"")
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  /// @param repo the name it gets here; its own if absent
  @POST
  @Path("import")
  public Map<String, Object> bring(
      @QueryParam("repo") @Nullable String repo,
      @QueryParam("private") @DefaultValue("false") boolean hidden,
      InputStream body)
      throws IOException {
    var caller = current.caller();
    caller.require(Role.ADMIN);
    var file = Files.createTempFile(settings.dataDir().toAbsolutePath(), "import", ".part");
    try {
      try (var out = Files.newOutputStream(file)) {
        body.transferTo(out);
      }
      var verified = ClosureFile.verify(file);
      var id = RepoId.parse(repo == null ? verified.snapshot().repo() : repo).valid();
      var closure = ClosureFile.read(file, (sha256, size, bytes) -> blobs.put(bytes, sha256, size));
      closures.restore(closure, id, hidden, caller);
      var reply = new java.util.TreeMap<>(ClosureFile.summary(verified));
      reply.put("id", id.toString());
      return reply;
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
