package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.blob.FileReply;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.hub.trust.FileScans;

/// Files as git has them: `/{namespace}/{name}/raw/{revision}/{path}`. A large file is the few
/// lines that point to its content. Shown as text, whatever is in them.
@Path("/{namespace}/{name}/raw/{revision}")
@RunOnVirtualThread
class RawRoutes {
  private static final String TEXT = "text/plain;charset=utf-8";
  private final Repos repos;
  private final Gate gate;
  private final Revisions revisions;
  private final BlobStore blobs;
  private final FileScans scans;
  private final CurrentCaller current;

  RawRoutes(
      Repos repos,
      Gate gate,
      Revisions revisions,
      BlobStore blobs,
      FileScans scans,
      CurrentCaller current) {
    this.repos = repos;
    this.gate = gate;
    this.revisions = revisions;
    this.blobs = blobs;
    this.scans = scans;
    this.current = current;
  }

  @HEAD
  @Path("{path:.+}")
  public Response head(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path) {
    var found = found(namespace, name, revision, path);
    var file = revisions.file(found, path);
    long size = file.lfs() ? pointer(file).length : file.size();
    return headers(FileReply.head(size, file.oid()), found.commit());
  }

  @GET
  @Path("{path:.+}")
  public Response get(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path,
      @HeaderParam("Range") @Nullable String range) {
    var found = found(namespace, name, revision, path);
    var file = revisions.file(found, path);
    if (!file.lfs()) {
      scans.guard(found.repo(), file, current.caller());
    }
    var reply =
        file.lfs()
            ? Response.ok(pointer(file))
                .header("ETag", "\"" + file.oid() + "\"")
                .header("X-Content-Type-Options", "nosniff")
            : FileReply.get(blobs.path(file.content()), file.size(), file.oid(), range);
    return headers(reply, found.commit());
  }

  private Revision found(String namespace, String name, String revision, String path) {
    var repo = repos.read(new RepoId(namespace, name), current.caller());
    gate.check(repo, path, current.caller());
    return revisions.resolve(repo, revision);
  }

  private static byte[] pointer(EntryView file) {
    return file.pointer().getBytes(StandardCharsets.UTF_8);
  }

  private static Response headers(Response.ResponseBuilder reply, String commit) {
    return reply
        .type(TEXT)
        .header("X-Repo-Commit", commit)
        .header("Access-Control-Allow-Origin", "*")
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .build();
  }
}
