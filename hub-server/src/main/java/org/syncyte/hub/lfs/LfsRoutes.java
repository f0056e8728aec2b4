package org.syncyte.hub.lfs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.blob.FileReply;
import org.syncyte.hub.blob.PartStore;
import org.syncyte.hub.lfs.SignedUrls.Grant;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.trust.FileScans;

/// Git LFS: the batch call says what to send where, signed addresses take the bytes.
///
/// Who sends in parts may ask for smaller ones (`part_size`), so that less is lost when a line
/// breaks, and is told which parts are there already (`present`): an upload goes on where it
/// stopped, after a reload as after a restart of the hub.
@Path("/")
@RunOnVirtualThread
class LfsRoutes {
  private static final String TYPE = "application/vnd.git-lfs+json";
  private static final int MAX_OBJECTS = 1000;
  private static final int MAX_PARTS = 10_000;
  private static final long SMALLEST_PART = 64 * 1024;
  private final Repos repos;
  private final Content content;
  private final BlobStore blobs;
  private final PartStore parts;
  private final SignedUrls signed;
  private final CurrentCaller current;
  private final BaseUrl base;
  private final HubSettings settings;
  private final ObjectMapper json;
  private final FileScans scans;

  LfsRoutes(
      Repos repos,
      Content content,
      BlobStore blobs,
      PartStore parts,
      SignedUrls signed,
      CurrentCaller current,
      BaseUrl base,
      HubSettings settings,
      ObjectMapper json,
      FileScans scans) {
    this.repos = repos;
    this.content = content;
    this.blobs = blobs;
    this.parts = parts;
    this.signed = signed;
    this.current = current;
    this.base = base;
    this.settings = settings;
    this.json = json;
    this.scans = scans;
  }

  public record Item(@Nullable String oid, long size) {}

  public record Batch(
      @Nullable String operation,
      @Nullable List<String> transfers,
      @Nullable List<Item> objects,
      @Nullable RefName ref,
      @JsonProperty("part_size") @Nullable Long partSize) {}

  public record RefName(@Nullable String name) {}

  @POST
  @Path("{namespace}/{git}/info/lfs/objects/batch")
  public Response batch(
      @PathParam("namespace") String namespace, @PathParam("git") String git, InputStream body)
      throws IOException {
    if (!git.endsWith(".git")) {
      throw new HubException(ErrorCode.NOT_FOUND, "No such route");
    }
    var id = new RepoId(namespace, git.substring(0, git.length() - 4));
    var batch = read(body, Batch.class);
    boolean upload = "upload".equals(batch.operation());
    var repo = upload ? uploadable(id, batch.ref()) : repos.readFiles(id, current.caller());
    var items = batch.objects() == null ? List.<Item>of() : batch.objects();
    if (items.size() > MAX_OBJECTS) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "more than " + MAX_OBJECTS + " objects in one batch");
    }
    boolean multipart =
        upload
            && batch.transfers() != null
            && batch.transfers().contains("multipart")
            && items.stream().anyMatch(item -> item.size() > inPartsFrom(batch));
    var answers = new ArrayList<Map<String, Object>>();
    for (var item : items) {
      boolean parts = multipart && item.size() > inPartsFrom(batch);
      answers.add(
          upload
              ? upload(repo, item, parts ? partSize(batch, item.size()) : 0)
              : download(repo, item));
    }
    var reply = new LinkedHashMap<String, Object>();
    reply.put("transfer", multipart ? "multipart" : "basic");
    reply.put("objects", answers);
    return reply(reply);
  }

  private long inPartsFrom(Batch batch) {
    return batch.partSize() == null ? settings.limits().multipartFrom() : partSize(batch, 0);
  }

  /// The size of the parts of a file: what is asked for if that is neither tiny nor above the hub's
  /// own, and not so small that there would be too many.
  private long partSize(Batch batch, long size) {
    long own = settings.limits().partSize();
    long asked = batch.partSize() == null ? own : batch.partSize();
    long least = Math.max(Math.min(own, SMALLEST_PART), Math.ceilDiv(size, MAX_PARTS));
    return Math.max(least, Math.min(asked, own));
  }

  /// Content may be sent by whoever may write; and for a pull request, where clients name its
  /// reference or none, by whoever may open one.
  private RepoView uploadable(RepoId id, @Nullable RefName ref) {
    var caller = current.caller();
    boolean proposal = ref == null || ref.name() == null || ref.name().startsWith("refs/pr/");
    return proposal && !caller.canWrite(id.namespace(), id.name())
        ? repos.contribute(id, caller)
        : repos.write(id, caller);
  }

  private Map<String, Object> upload(RepoView repo, Item item, long partSize) {
    String oid = item.oid() == null ? "" : item.oid();
    if (!BlobStore.isSha256(oid) || item.size() < 0) {
      return refused(item, 422, "oid must be a SHA-256 in lower-case hex, size not negative");
    }
    if (item.size() > settings.limits().file()) {
      return refused(
          item,
          413,
          "more than the " + settings.limits().file() + " bytes that a file may have here");
    }
    if (content.holds(repo, oid, item.size(), current.caller())) {
      return answer(item);
    }
    var answer = answer(item);
    answer.put("authenticated", true);
    answer.put(
        "actions",
        Map.of(
            "upload",
            partSize > 0
                ? inParts(repo, oid, item.size(), partSize)
                : action("put", repo, oid, item.size()),
            "verify",
            action("verify", repo, oid, item.size())));
    return answer;
  }

  private Map<String, Object> inParts(RepoView repo, String oid, long size, long partSize) {
    var header = new LinkedHashMap<String, String>();
    header.put("chunk_size", Long.toString(partSize));
    for (int part = 1; part <= count(size, partSize); part++) {
      header.put(
          "%05d".formatted(part),
          address("part/" + part, new Grant("part", repo.key(), oid, size, part, partSize)));
    }
    return Map.of(
        "href",
        address("complete", new Grant("complete", repo.key(), oid, size, 0, partSize)),
        "header",
        header,
        "present",
        parts.present(key(repo.key(), oid, partSize)));
  }

  private static int count(long size, long partSize) {
    long count = partSize < 1 ? 0 : Math.ceilDiv(size, partSize);
    if (count < 1 || count > MAX_PARTS) {
      throw new HubException(ErrorCode.TOO_BIG, "1 to " + MAX_PARTS + " parts, not " + count);
    }
    return (int) count;
  }

  private Map<String, Object> download(RepoView repo, Item item) {
    String oid = item.oid() == null ? "" : item.oid();
    if (!BlobStore.isSha256(oid) || !content.linked(repo, oid)) {
      return refused(item, 404, "this repository holds no such object");
    }
    var refusal = scans.refusal(repo, oid, current.caller());
    if (refusal != null) {
      return refused(item, 403, refusal);
    }
    var answer = answer(item);
    answer.put("actions", Map.of("download", action("get", repo, oid, item.size())));
    return answer;
  }

  private Map<String, Object> action(String purpose, RepoView repo, String oid, long size) {
    return Map.of(
        "href",
        address(purpose, new Grant(purpose, repo.key(), oid, size, 0, 0)),
        "header",
        Map.of());
  }

  private String address(String path, Grant grant) {
    return base.at("/_lfs/" + grant.oid() + "/" + path + signed.query(grant));
  }

  private static Map<String, Object> answer(Item item) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("oid", item.oid() == null ? "" : item.oid());
    answer.put("size", item.size());
    return answer;
  }

  private static Map<String, Object> refused(Item item, int code, String message) {
    var answer = answer(item);
    answer.put("error", Map.of("code", code, "message", message));
    return answer;
  }

  @GET
  @Path("_lfs/{oid}/get")
  public Response get(
      @PathParam("oid") String oid,
      @QueryParam("repo") long repo,
      @QueryParam("size") long size,
      @QueryParam("expires") long expires,
      @QueryParam("sig") @Nullable String signature,
      @HeaderParam("Range") @Nullable String range)
      throws IOException {
    signed.check(new Grant("get", repo, oid, size, 0, 0), expires, signature);
    var file = blobs.path(oid);
    return FileReply.get(file, Files.size(file), oid, range).build();
  }

  @PUT
  @Path("_lfs/{oid}/put")
  public Response put(
      @PathParam("oid") String oid,
      @QueryParam("repo") long repo,
      @QueryParam("size") long size,
      @QueryParam("expires") long expires,
      @QueryParam("sig") @Nullable String signature,
      InputStream body) {
    signed.check(new Grant("put", repo, oid, size, 0, 0), expires, signature);
    content.add(repo, blobs.put(body, oid, size));
    return Response.ok().build();
  }

  @PUT
  @Path("_lfs/{oid}/part/{part}")
  public Response putPart(
      @PathParam("oid") String oid,
      @PathParam("part") int part,
      @QueryParam("repo") long repo,
      @QueryParam("size") long size,
      @QueryParam("chunk") long partSize,
      @QueryParam("expires") long expires,
      @QueryParam("sig") @Nullable String signature,
      InputStream body) {
    signed.check(new Grant("part", repo, oid, size, part, partSize), expires, signature);
    String sha256 = parts.put(key(repo, oid, partSize), part, body, partSize, null);
    return Response.ok().header("ETag", "\"" + sha256 + "\"").build();
  }

  @POST
  @Path("_lfs/{oid}/complete")
  public Response complete(
      @PathParam("oid") String oid,
      @QueryParam("repo") long repo,
      @QueryParam("size") long size,
      @QueryParam("chunk") long partSize,
      @QueryParam("expires") long expires,
      @QueryParam("sig") @Nullable String signature)
      throws JsonProcessingException {
    signed.check(new Grant("complete", repo, oid, size, 0, partSize), expires, signature);
    if (!content.linked(repo, oid, size)) {
      int count = count(size, partSize);
      var missing = parts.missing(key(repo, oid, partSize), 1, count);
      if (!missing.isEmpty()) {
        throw new HubException(ErrorCode.BAD_REQUEST, "parts are missing: " + missing);
      }
      content.add(repo, parts.join(key(repo, oid, partSize), 1, count, oid, size));
      parts.drop(key(repo, oid, partSize));
    }
    return reply(Map.of("success", true));
  }

  @POST
  @Path("_lfs/{oid}/verify")
  public Response verify(
      @PathParam("oid") String oid,
      @QueryParam("repo") long repo,
      @QueryParam("size") long size,
      @QueryParam("expires") long expires,
      @QueryParam("sig") @Nullable String signature,
      InputStream body)
      throws IOException {
    signed.check(new Grant("verify", repo, oid, size, 0, 0), expires, signature);
    var item = read(body, Item.class);
    if (!oid.equals(item.oid()) || item.size() != size) {
      throw new HubException(
          ErrorCode.UNPROCESSABLE, "this address verifies " + oid + " of " + size + " bytes");
    }
    if (!content.linked(repo, oid, size)) {
      throw new HubException(ErrorCode.NOT_FOUND, "not stored: " + oid);
    }
    return reply(Map.of("success", true));
  }

  private static String key(long repo, String oid, long partSize) {
    return "lfs-" + repo + "-" + oid + "-" + partSize;
  }

  private <T> T read(InputStream body, Class<T> type) throws IOException {
    byte[] bytes = body.readNBytes(settings.limits().json());
    try {
      return json.readValue(bytes, type);
    } catch (JsonProcessingException bad) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "not the expected JSON: " + bad.getOriginalMessage(), bad);
    }
  }

  private Response reply(Object body) throws JsonProcessingException {
    return Response.ok(json.writeValueAsString(body)).type(TYPE).build();
  }
}
