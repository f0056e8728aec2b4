package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.blob.FileReply;
import org.syncyte.hub.repo.Downloads;

/// What can be done with an object: read it, write it whole or in parts, copy it, remove it.
@ApplicationScoped
class S3ObjectCalls {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
  private static final List<String> ELSEWHERE =
      List.of("acl", "tagging", "retention", "legal-hold", "torrent", "restore", "select");
  private final S3Objects objects;
  private final S3Multipart multipart;
  private final BlobStore blobs;
  private final Downloads downloads;

  S3ObjectCalls(S3Objects objects, S3Multipart multipart, BlobStore blobs, Downloads downloads) {
    this.downloads = downloads;
    this.objects = objects;
    this.multipart = multipart;
    this.blobs = blobs;
  }

  Response head(S3Request request, Signed by) {
    var found = found(request, by.caller());
    var unchanged = condition(request, found);
    return unchanged != null
        ? unchanged
        : about(FileReply.head(found.file().size(), found.file().etag()), found).build();
  }

  Response get(S3Request request, Signed by) {
    if (request.has("uploadId")) {
      return parts(request, by.caller());
    }
    refuseElsewhere(request);
    var found = found(request, by.caller());
    var unchanged = condition(request, found);
    if (unchanged != null) {
      return unchanged;
    }
    var file = found.file();
    var reply =
        FileReply.get(
            blobs.path(file.content()), file.size(), file.etag(), request.header("Range"));
    return about(reply, found).build();
  }

  private S3Objects.Found found(S3Request request, Caller caller) {
    var key = S3Key.of(request.bucket(), request.key());
    var found = objects.find(key, version(request.parameter("versionId")), caller);
    downloads.count(found.revision(), found.file(), caller);
    return found;
  }

  private static @Nullable String version(@Nullable String given) {
    return given == null || given.isEmpty() || given.equals("null") ? null : given;
  }

  /// The reply if the client has this content already; refuses if it wanted other content.
  private static @Nullable Response condition(S3Request request, S3Objects.Found found) {
    String wanted = request.header("If-Match");
    if (wanted != null && !matches(wanted, found)) {
      throw new S3Refusal(S3Code.PreconditionFailed, "If-Match: the object is now " + found.etag());
    }
    String known = request.header("If-None-Match");
    return known != null && matches(known, found)
        ? Response.notModified().header("ETag", found.etag()).build()
        : null;
  }

  private static boolean matches(String condition, S3Objects.Found found) {
    return Stream.of(condition.split(","))
        .map(one -> one.strip().replace("\"", ""))
        .anyMatch(one -> one.equals("*") || one.equals(found.file().etag()));
  }

  private static Response.ResponseBuilder about(
      Response.ResponseBuilder reply, S3Objects.Found found) {
    return reply
        .header("Last-Modified", HTTP_DATE.format(found.modified()))
        .header("x-amz-version-id", found.revision().commit())
        .header("Content-Security-Policy", "default-src 'none'; sandbox");
  }

  Response put(S3Request request, Signed by, InputStream body) {
    var key = S3Key.of(request.bucket(), request.key());
    String source = request.header("x-amz-copy-source");
    if (request.has("uploadId")) {
      if (source != null) {
        throw new S3Refusal(S3Code.NotImplemented, "Parts cannot be copied; copy the object");
      }
      return part(request, key, by, body);
    }
    refuseElsewhere(request);
    if (source != null) {
      return copy(key, source, by.caller());
    }
    objects.mayWrite(key, by.caller());
    String head = conditionalHead(request, key, by.caller());
    var stored = objects.receive(Payload.of(request, by, body));
    return written(objects.write(key, stored, head, by.caller())).build();
  }

  private Response part(S3Request request, S3Key key, Signed by, InputStream body) {
    int number = request.number("partNumber", 0, 1, S3Multipart.MAX_PARTS);
    if (number == 0) {
      throw new S3Refusal(S3Code.InvalidArgument, "partNumber is missing");
    }
    String etag =
        multipart.put(
            key,
            request.parameter("uploadId", ""),
            number,
            Payload.of(request, by, body),
            by.caller());
    return Response.ok().header("ETag", etag).build();
  }

  /// With a condition, the commit on which the write must build; null without one.
  private @Nullable String conditionalHead(S3Request request, S3Key key, Caller caller) {
    String unless = request.header("If-None-Match");
    String only = request.header("If-Match");
    if (unless == null && only == null) {
      return null;
    }
    var there = objects.look(key, caller);
    boolean met =
        (unless == null || there.filter(found -> matches(unless, found)).isEmpty())
            && (only == null || there.filter(found -> matches(only, found)).isPresent());
    if (!met) {
      throw new S3Refusal(
          S3Code.PreconditionFailed,
          there.map(found -> "The object is now " + found.etag()).orElse("There is no object"));
    }
    return there.map(found -> found.revision().commit()).orElse(null);
  }

  private Response copy(S3Key to, String source, Caller caller) {
    int mark = source.indexOf("?versionId=");
    String version = mark < 0 ? null : source.substring(mark + "?versionId=".length());
    String path = PercentCode.decode(mark < 0 ? source : source.substring(0, mark));
    String plain = path.startsWith("/") ? path.substring(1) : path;
    int slash = plain.indexOf('/');
    if (slash < 1) {
      throw new S3Refusal(S3Code.InvalidArgument, "x-amz-copy-source: use <bucket>/<key>");
    }
    var from = S3Key.of(plain.substring(0, slash), plain.substring(slash + 1));
    var written = objects.copy(from, version(version), to, caller);
    var xml =
        Xml.of("CopyObjectResult")
            .text("ETag", written.etag())
            .text("LastModified", S3BucketCalls.time(Instant.now()));
    return written(written).entity(xml.done()).type("application/xml").build();
  }

  private static Response.ResponseBuilder written(S3Objects.Written written) {
    return Response.ok()
        .header("ETag", written.etag())
        .header("x-amz-version-id", written.version());
  }

  Response post(S3Request request, Signed by, InputStream body) {
    var key = S3Key.of(request.bucket(), request.key());
    if (request.has("uploads")) {
      String id = multipart.begin(key, by.caller());
      return xml(
          Xml.of("InitiateMultipartUploadResult")
              .text("Bucket", request.bucket())
              .text("Key", request.key())
              .text("UploadId", id));
    }
    String id = request.parameter("uploadId");
    if (id == null) {
      throw new S3Refusal(S3Code.NotImplemented, "Of POST on an object only uploads are offered");
    }
    var written = multipart.complete(key, id, Payload.text(request, by, body), by.caller());
    var xml =
        Xml.of("CompleteMultipartUploadResult")
            .text("Location", request.path())
            .text("Bucket", request.bucket())
            .text("Key", request.key())
            .text("ETag", written.etag());
    return written(written).entity(xml.done()).type("application/xml").build();
  }

  private Response parts(S3Request request, Caller caller) {
    var key = S3Key.of(request.bucket(), request.key());
    String id = request.parameter("uploadId", "");
    int after = request.number("part-number-marker", 0, 0, S3Multipart.MAX_PARTS);
    int limit = request.number("max-parts", 1000, 1, 1000);
    var rest =
        multipart.parts(key, id, caller).stream().filter(part -> part.number() > after).toList();
    var page = rest.subList(0, Math.min(limit, rest.size()));
    var xml =
        Xml.of("ListPartsResult")
            .text("Bucket", request.bucket())
            .text("Key", request.key())
            .text("UploadId", id)
            .text("IsTruncated", rest.size() > page.size())
            .text("NextPartNumberMarker", page.isEmpty() ? null : page.getLast().number());
    for (var part : page) {
      xml.open("Part")
          .text("PartNumber", part.number())
          .text("LastModified", S3BucketCalls.time(part.storedAt()))
          .text("ETag", '"' + part.sha256() + '"')
          .text("Size", part.size())
          .close("Part");
    }
    return xml(xml);
  }

  Response delete(S3Request request, Signed by) {
    var key = S3Key.of(request.bucket(), request.key());
    if (request.has("uploadId")) {
      multipart.abort(key, request.parameter("uploadId", ""), by.caller());
    } else {
      refuseElsewhere(request);
      if (request.has("versionId")) {
        throw new S3Refusal(S3Code.NotImplemented, "A version is a commit and stays");
      }
      objects.remove(key.repo(), key.revision(), List.of(key.path()), by.caller());
    }
    return Response.noContent().build();
  }

  private static void refuseElsewhere(S3Request request) {
    for (String other : ELSEWHERE) {
      if (request.has(other)) {
        throw new S3Refusal(S3Code.NotImplemented, "?" + other + " is not offered here");
      }
    }
  }

  private static Response xml(Xml xml) {
    return Response.ok(xml.done(), "application/xml").build();
  }
}
