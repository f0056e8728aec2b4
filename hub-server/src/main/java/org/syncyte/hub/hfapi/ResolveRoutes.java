package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.blob.FileReply;
import org.syncyte.hub.repo.Downloads;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.hub.trust.FileScans;

/// Downloads: `/{namespace}/{name}/resolve/{revision}/{path}`.
@Path("/{namespace}/{name}/resolve/{revision}")
@RunOnVirtualThread
class ResolveRoutes {
  private static final String EXPOSED =
      "X-Repo-Commit, ETag, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-Etag,"
          + " X-Error-Code, X-Error-Message, X-Request-Id, Link";
  private final Repos repos;
  private final Gate gate;
  private final Revisions revisions;
  private final BlobStore blobs;
  private final FileScans scans;
  private final CurrentCaller current;
  private final Downloads downloads;

  ResolveRoutes(
      Repos repos,
      Gate gate,
      Revisions revisions,
      BlobStore blobs,
      FileScans scans,
      CurrentCaller current,
      Downloads downloads) {
    this.repos = repos;
    this.gate = gate;
    this.revisions = revisions;
    this.blobs = blobs;
    this.scans = scans;
    this.current = current;
    this.downloads = downloads;
  }

  private record Target(Revision revision, EntryView file, @Nullable String warning) {}

  @HEAD
  @Path("{path:.+}")
  public Response head(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path) {
    var target = target(namespace, name, revision, path);
    return addHeaders(FileReply.head(target.file().size(), target.file().etag()), target, null)
        .build();
  }

  @GET
  @Path("{path:.+}")
  public Response get(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path,
      @HeaderParam("Range") @Nullable String range,
      @HeaderParam("If-None-Match") @Nullable String known,
      @QueryParam("download") @Nullable String download) {
    var target = target(namespace, name, revision, path);
    var file = target.file();
    if (known != null && known.contains("\"" + file.etag() + "\"")) {
      return addHeaders(
              Response.notModified().header("ETag", "\"" + file.etag() + "\""), target, null)
          .build();
    }
    return addHeaders(
            FileReply.get(blobs.path(file.content()), file.size(), file.etag(), range),
            target,
            download)
        .build();
  }

  private Target target(String namespace, String name, String revision, String path) {
    var caller = current.caller();
    var repo = repos.read(new RepoId(namespace, name), caller);
    gate.check(repo, path, caller);
    var found = revisions.resolve(repo, revision);
    var file = revisions.file(found, path);
    var warning = scans.guard(repo, file, caller);
    downloads.count(found, file, caller);
    return new Target(found, file, warning);
  }

  private static Response.ResponseBuilder addHeaders(
      Response.ResponseBuilder reply, Target target, @Nullable String download) {
    reply
        .header("X-Repo-Commit", target.revision().commit())
        .header("Access-Control-Allow-Origin", "*")
        .header("Access-Control-Expose-Headers", EXPOSED)
        .header("Content-Security-Policy", "default-src 'none'; sandbox");
    var warning = target.warning();
    if (warning != null) {
      reply.header("X-HF-Warning", "pickle; " + warning.replaceAll("[^\\x20-\\x7e]", "?"));
    }
    if (target.file().lfs()) {
      reply
          .header("X-Linked-Size", target.file().size())
          .header("X-Linked-Etag", "\"" + target.file().etag() + "\"");
    }
    if (Flags.on(download)) {
      String encoded =
          java.net.URLEncoder.encode(target.file().name(), StandardCharsets.UTF_8)
              .replace("+", "%20");
      String plain = target.file().name().replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_");
      reply.header(
          "Content-Disposition",
          "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded);
    }
    return reply;
  }
}
