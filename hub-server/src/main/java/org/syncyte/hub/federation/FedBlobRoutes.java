package org.syncyte.hub.federation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.blob.FileReply;
import org.syncyte.hub.blob.PartStore;

/// What sites exchange by content: parts of 4 MiB, numbered from 0, then a commit that checks the
/// whole.
///
/// Any finished part is progress: `HEAD` lists the parts that are there (`X-Parts-Present`),
/// repeating a part or the commit is harmless, and `GET` takes ranges. Content is found only by
/// those who know its hash, in its own federation, with a token.
@Path("/api/v1/fed/{federation}/blobs/{sha256}")
@RunOnVirtualThread
class FedBlobRoutes {
  static final int PART = 4 << 20;
  private static final int MAX_PARTS = 16_384;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
  private final FedBlobs index;
  private final BlobStore blobs;
  private final PartStore parts;
  private final CurrentCaller current;
  private final HubSettings settings;

  FedBlobRoutes(
      FedBlobs index,
      BlobStore blobs,
      PartStore parts,
      CurrentCaller current,
      HubSettings settings) {
    this.index = index;
    this.blobs = blobs;
    this.parts = parts;
    this.current = current;
    this.settings = settings;
  }

  @PUT
  @Path("parts/{part}")
  public Response put(
      @PathParam("federation") String federation,
      @PathParam("sha256") String sha256,
      @PathParam("part") int part,
      @HeaderParam("X-Part-Sha256") @Nullable String partSha256,
      InputStream body) {
    allowed(federation, sha256, Role.WRITE);
    if (part < 0 || part >= MAX_PARTS) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "part " + part + ": parts are numbered 0 to " + (MAX_PARTS - 1));
    }
    String stored = parts.put(key(federation, sha256), part, body, PART, partSha256);
    return Response.ok().header("ETag", "\"" + stored + "\"").build();
  }

  public record CommitRequest(long length) {}

  public record Committed(String sha256, long length) {}

  @POST
  @Path("commit")
  public Committed commit(
      @PathParam("federation") String federation,
      @PathParam("sha256") String sha256,
      CommitRequest request) {
    var author = allowed(federation, sha256, Role.WRITE);
    var known = index.size(federation, sha256);
    if (known.isPresent()) {
      return new Committed(sha256, known.get());
    }
    if (request.length() < 0 || request.length() > settings.limits().file()) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "length " + request.length() + ": 0 to " + settings.limits().file());
    }
    int count = Math.toIntExact(Math.ceilDiv(request.length(), PART));
    var missing = parts.missing(key(federation, sha256), 0, count);
    if (!missing.isEmpty()) {
      throw new HubException(
              ErrorCode.EXISTS, "parts are missing: " + missing.stream().limit(50).toList())
          .body("missing", missing);
    }
    var stored = parts.join(key(federation, sha256), 0, count, sha256, request.length());
    index.add(federation, stored, author);
    parts.drop(key(federation, sha256));
    return new Committed(stored.sha256(), stored.size());
  }

  @HEAD
  public Response head(
      @PathParam("federation") String federation, @PathParam("sha256") String sha256) {
    allowed(federation, sha256, Role.READ);
    var size = index.size(federation, sha256);
    return size.isPresent()
        ? FileReply.head(size.get(), sha256).build()
        : present(federation, sha256);
  }

  private Response present(String federation, String sha256) {
    List<Integer> present = parts.present(key(federation, sha256));
    return Response.status(404)
        .header("X-Error-Message", "not committed")
        .header(
            "X-Parts-Present",
            present.stream().map(String::valueOf).collect(Collectors.joining(",")))
        .build();
  }

  @GET
  public Response get(
      @PathParam("federation") String federation,
      @PathParam("sha256") String sha256,
      @HeaderParam("Range") @Nullable String range) {
    allowed(federation, sha256, Role.READ);
    long size =
        index
            .size(federation, sha256)
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.NOT_FOUND, "no blob " + sha256 + " in federation " + federation));
    return FileReply.get(blobs.path(sha256), size, sha256, range).build();
  }

  private Caller.Known allowed(String federation, String sha256, Role role) {
    var known = current.caller().require(role);
    if (!NAME.matcher(federation).matches() || !BlobStore.isSha256(sha256)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "address: a federation's name and a SHA-256 in lower-case hex");
    }
    return known;
  }

  private static String key(String federation, String sha256) {
    return "fed-" + federation + "-" + sha256;
  }
}
