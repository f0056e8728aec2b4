package org.syncyte.hub.blob;

import jakarta.ws.rs.core.Response;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// A file as an HTTP reply: whole, a range, or headers alone. Bytes go from file to socket; `HEAD`
/// opens nothing.
public final class FileReply {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private FileReply() {}

  public static Response.ResponseBuilder head(long size, String etag) {
    return headers(Response.ok(), etag).header("Content-Length", size);
  }

  public static Response.ResponseBuilder get(
      Path file, long size, String etag, @Nullable String range) {
    var matcher = RANGE.matcher(range == null ? "" : range.strip());
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return body(Response.ok(), file, 0, size, etag);
    }
    long from;
    long to;
    if (matcher.group(1).isEmpty()) {
      from = Math.max(0, size - Long.parseLong(matcher.group(2)));
      to = size - 1;
    } else {
      from = Long.parseLong(matcher.group(1));
      to =
          matcher.group(2).isEmpty()
              ? size - 1
              : Math.min(size - 1, Long.parseLong(matcher.group(2)));
    }
    if (size == 0 && from == 0) {
      return emptyRange(etag);
    }
    if (from >= size || to < from) {
      throw new HubException(
              ErrorCode.RANGE,
              "The range " + range + " is not inside the " + size + " bytes of the file")
          .header("Content-Range", "bytes */" + size);
    }
    return body(Response.status(206), file, from, to - from + 1, etag)
        .header("Content-Range", "bytes " + from + "-" + to + "/" + size);
  }

  /// An empty file has no range at all. The JavaScript client asks every file for its first byte to
  /// learn its size, and reads it here.
  private static Response.ResponseBuilder emptyRange(String etag) {
    return headers(Response.ok(new byte[0]), etag)
        .header("Content-Length", 0)
        .header("Content-Range", "bytes */0");
  }

  private static Response.ResponseBuilder body(
      Response.ResponseBuilder reply, Path file, long from, long count, String etag) {
    headers(reply, etag).header("Content-Length", count);
    return count == 0 ? reply.entity(new byte[0]) : reply.entity(new PathPart(file, from, count));
  }

  private static Response.ResponseBuilder headers(Response.ResponseBuilder reply, String etag) {
    return reply
        .header("ETag", "\"" + etag + "\"")
        .header("Accept-Ranges", "bytes")
        .header("Content-Type", "application/octet-stream")
        .header("X-Content-Type-Options", "nosniff");
  }
}
