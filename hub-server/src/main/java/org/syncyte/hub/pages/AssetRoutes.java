package org.syncyte.hub.pages;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.web.Assets;

/// Styles and scripts. Their address holds the hash of their content, so a browser may keep them
/// for ever. Text is compressed once and kept.
@Path("/assets")
class AssetRoutes {
  private final Map<String, byte[]> compressed = new ConcurrentHashMap<>();

  @GET
  @Path("{version}/{name}")
  public Response asset(
      @PathParam("version") String version,
      @PathParam("name") String name,
      @HeaderParam("Accept-Encoding") @Nullable String encodings) {
    var asset =
        Assets.find(version, name)
            .orElseThrow(
                () -> new HubException(ErrorCode.NOT_FOUND, "No asset " + version + "/" + name));
    var reply =
        Response.ok()
            .type(asset.mediaType())
            .header("Cache-Control", "public, max-age=31536000, immutable")
            .header("X-Content-Type-Options", "nosniff")
            .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    reply.header("Vary", "Accept-Encoding");
    return encodings != null && encodings.contains("gzip")
        ? reply
            .header("Content-Encoding", "gzip")
            .entity(compressed.computeIfAbsent(name, _ -> Gzip.packed(asset.bytes())))
            .build()
        : reply.entity(asset.bytes()).build();
  }
}
