package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.repo.Namespace;
import org.syncyte.hub.repo.RepoId;

/// What can be asked of a bucket: whether it is there, what is in it, and to remove many at once.
@ApplicationScoped
class S3BucketCalls {
  private static final int MAX_KEYS = 1000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private final S3Listing listing;
  private final S3Objects objects;
  private final S3Multipart multipart;
  private final Namespace namespaces;
  private final Accounts accounts;

  S3BucketCalls(
      S3Listing listing,
      S3Objects objects,
      S3Multipart multipart,
      Namespace namespaces,
      Accounts accounts) {
    this.listing = listing;
    this.objects = objects;
    this.multipart = multipart;
    this.namespaces = namespaces;
    this.accounts = accounts;
  }

  Response head(S3Request request, Signed by) {
    require(request.bucket(), by.caller());
    return Response.ok().build();
  }

  Response put(S3Request request, Signed by) {
    new RepoId(request.bucket(), "x").valid();
    accounts.claim(by.caller(), request.bucket());
    return Response.ok().header("Location", "/" + request.bucket()).build();
  }

  Response get(S3Request request, Signed by) {
    if (request.bucket().isEmpty()) {
      return xml(buckets(by.caller()));
    }
    require(request.bucket(), by.caller());
    if (request.has("location")) {
      return xml(Xml.of("LocationConstraint"));
    }
    if (request.has("versioning")) {
      return xml(Xml.of("VersioningConfiguration"));
    }
    if (request.has("uploads")) {
      return xml(uploads(request, by.caller()));
    }
    for (String other : List.of("acl", "policy", "tagging", "cors", "lifecycle", "versions")) {
      if (request.has(other)) {
        throw new S3Refusal(S3Code.NotImplemented, "?" + other + " is not offered here");
      }
    }
    return xml(list(request, by.caller()));
  }

  /// A bucket is there if something in it can be read, or the caller could write to it.
  private void require(String bucket, Caller caller) {
    if (namespaces.names(bucket, "", caller).isEmpty() && !caller.canWrite(bucket)) {
      throw new S3Refusal(S3Code.NoSuchBucket, "There is nothing in '" + bucket + "' for you");
    }
  }

  private Xml buckets(Caller caller) {
    var xml = Xml.of("ListAllMyBucketsResult").open("Buckets");
    for (String name : namespaces.all(caller)) {
      xml.open("Bucket")
          .text("Name", name)
          .text("CreationDate", TIME.format(Instant.EPOCH))
          .close("Bucket");
    }
    return xml.close("Buckets");
  }

  private Xml list(S3Request request, Caller caller) {
    boolean second = "2".equals(request.parameter("list-type"));
    String prefix = request.parameter("prefix", "");
    String delimiter = request.parameter("delimiter", "");
    int limit = Math.min(MAX_KEYS, request.number("max-keys", MAX_KEYS, 0, Integer.MAX_VALUE));
    String token = request.parameter("continuation-token");
    String after =
        second
            ? token == null ? request.parameter("start-after", "") : decoded(token)
            : request.parameter("marker", "");
    var page =
        listing.list(
            request.bucket(), new S3Listing.Query(prefix, delimiter, after, limit), caller);
    boolean encoded = "url".equals(request.parameter("encoding-type"));
    var xml =
        Xml.of("ListBucketResult")
            .text("Name", request.bucket())
            .text("Prefix", shown(prefix, encoded))
            .text("Delimiter", delimiter.isEmpty() ? null : shown(delimiter, encoded))
            .text("EncodingType", encoded ? "url" : null)
            .text("MaxKeys", limit)
            .text("IsTruncated", page.next() != null);
    if (second) {
      xml.text("KeyCount", page.items().size())
          .text("ContinuationToken", token)
          .text("NextContinuationToken", page.next() == null ? null : token(page.next()));
    } else {
      xml.text("Marker", shown(after, encoded))
          .text("NextMarker", page.next() == null ? null : shown(page.next(), encoded));
    }
    page.items().forEach(item -> add(xml, item, encoded));
    return xml;
  }

  private static void add(Xml xml, S3Listing.Item item, boolean encoded) {
    var file = item.file();
    if (file == null) {
      xml.open("CommonPrefixes").text("Prefix", shown(item.key(), encoded)).close("CommonPrefixes");
    } else {
      xml.open("Contents")
          .text("Key", shown(item.key(), encoded))
          .text("LastModified", item.modified() == null ? null : TIME.format(item.modified()))
          .text("ETag", '"' + file.etag() + '"')
          .text("Size", file.size())
          .text("StorageClass", "STANDARD")
          .close("Contents");
    }
  }

  private Xml uploads(S3Request request, Caller caller) {
    var xml =
        Xml.of("ListMultipartUploadsResult")
            .text("Bucket", request.bucket())
            .text("IsTruncated", false);
    for (var upload : multipart.openIn(request.bucket(), caller)) {
      xml.open("Upload")
          .text("Key", upload.text())
          .text("UploadId", upload.id())
          .text("Initiated", TIME.format(upload.createdAt()))
          .close("Upload");
    }
    return xml;
  }

  /// Removes many objects: one commit for each repository.
  Response post(S3Request request, Signed by, InputStream body) {
    if (!request.has("delete")) {
      throw new S3Refusal(S3Code.NotImplemented, "Of POST on a bucket only ?delete is offered");
    }
    var byPlace = new LinkedHashMap<String, List<S3Key>>();
    var keys = new ArrayList<String>();
    for (var one : Xml.items(Payload.text(request, by, body), "Object")) {
      String text = one.getOrDefault("Key", "");
      var key = S3Key.of(request.bucket(), text);
      keys.add(text);
      byPlace.computeIfAbsent(key.repo() + " " + key.revision(), _ -> new ArrayList<>()).add(key);
    }
    if (keys.size() > MAX_KEYS) {
      throw new S3Refusal(S3Code.MalformedXML, "at most " + MAX_KEYS + " keys at a time");
    }
    for (var together : byPlace.values()) {
      var first = together.getFirst();
      objects.remove(
          first.repo(),
          first.revision(),
          together.stream().map(S3Key::path).distinct().toList(),
          by.caller());
    }
    var xml = Xml.of("DeleteResult");
    keys.forEach(key -> xml.open("Deleted").text("Key", key).close("Deleted"));
    return xml(xml);
  }

  private static String shown(String key, boolean encoded) {
    return encoded ? PercentCode.encode(key, true) : key;
  }

  private static String token(String next) {
    return Base64.getUrlEncoder().encodeToString(next.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new S3Refusal(S3Code.InvalidArgument, "continuation-token: not one that was given");
    }
  }

  private static Response xml(Xml xml) {
    return Response.ok(xml.done(), "application/xml").build();
  }

  static String time(@Nullable Instant time) {
    return TIME.format(time == null ? Instant.EPOCH : time);
  }
}
