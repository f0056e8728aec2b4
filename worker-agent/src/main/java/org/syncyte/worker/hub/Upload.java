package org.syncyte.worker.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// One push: which files are new, the large ones by content, then a single commit.
final class Upload {
  private static final String LFS = "application/vnd.git-lfs+json";
  private static final int BATCH = 256;

  private final Http http;
  private final String repo;
  private final String revision;
  private final Progress progress;

  Upload(Http http, String repo, String revision, Progress progress) {
    this.http = http;
    this.repo = repo;
    this.revision = revision;
    this.progress = progress;
  }

  private record Large(String path, Path file, String oid, long size) {}

  HubClient.Commit push(Map<String, Path> files, String summary) {
    try {
      return tryPush(files, summary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the files to push", e);
    }
  }

  private HubClient.Commit tryPush(Map<String, Path> files, String summary) throws IOException {
    var head = "";
    var regular = new ArrayList<Map.Entry<String, Path>>();
    var large = new ArrayList<Large>();
    var all = List.copyOf(files.entrySet());
    for (int from = 0; from < all.size(); from += BATCH) {
      var batch = all.subList(from, Math.min(all.size(), from + BATCH));
      var answer = preupload(batch);
      head = answer.path("commitOid").asText(head);
      var modes = new HashMap<String, JsonNode>();
      answer.path("files").forEach(file -> modes.put(file.path("path").asText(), file));
      for (var file : batch) {
        var mode = modes.get(file.getKey());
        if (mode == null) {
          throw new HubException(0, "the hub did not say how to upload " + file.getKey());
        }
        boolean lfs = mode.path("uploadMode").asText().equals("lfs");
        var oid =
            lfs ? Digests.hex(Digests.sha256(file.getValue())) : Digests.gitBlob(file.getValue());
        if (mode.path("shouldIgnore").asBoolean() || mode.path("oid").asText().equals(oid)) {
          continue;
        }
        if (lfs) {
          large.add(new Large(file.getKey(), file.getValue(), oid, Files.size(file.getValue())));
        } else {
          regular.add(file);
        }
      }
    }
    if (regular.isEmpty() && large.isEmpty()) {
      return new HubClient.Commit(head, http.base() + "/" + repo + "/commit/" + head, false);
    }
    for (int from = 0; from < large.size(); from += BATCH) {
      store(large.subList(from, Math.min(large.size(), from + BATCH)));
    }
    return commit(regular, large, summary);
  }

  private JsonNode preupload(List<Map.Entry<String, Path>> files) throws IOException {
    var list = new ArrayList<Map<String, Object>>();
    for (var file : files) {
      try (var in = Files.newInputStream(file.getValue())) {
        list.add(
            Http.map(
                "path", file.getKey(),
                "sample", Base64.getEncoder().encodeToString(in.readNBytes(512)),
                "size", Files.size(file.getValue())));
      }
    }
    var request =
        http.to("/api/models/%s/preupload/%s".formatted(repo, Http.escape(revision)))
            .header("Content-Type", "application/json")
            .POST(Http.json(Map.of("files", list)))
            .build();
    return http.call(request);
  }

  private void store(List<Large> files) throws IOException {
    var byOid = new HashMap<String, Large>();
    files.forEach(file -> byOid.put(file.oid(), file));
    var objects =
        byOid.values().stream().map(f -> Http.map("oid", f.oid(), "size", f.size())).toList();
    var request =
        http.to("/%s.git/info/lfs/objects/batch".formatted(repo))
            .header("Accept", LFS)
            .header("Content-Type", LFS)
            .POST(
                Http.json(
                    Http.map(
                        "operation",
                        "upload",
                        "transfers",
                        List.of("basic", "multipart"),
                        "hash_algo",
                        "sha256",
                        "objects",
                        objects)))
            .build();
    for (var object : http.call(request).path("objects")) {
      var file = byOid.get(object.path("oid").asText());
      if (file == null) {
        continue;
      }
      if (object.has("error")) {
        throw new HubException(
            object.path("error").path("code").asInt(),
            "the hub does not take %s: %s"
                .formatted(file.path(), object.path("error").path("message").asText()));
      }
      var upload = object.path("actions").path("upload");
      if (upload.isMissingNode()) {
        progress.moved(file.path(), file.size(), file.size());
        continue;
      }
      var header = upload.path("header");
      if (header.has("chunk_size")) {
        multipart(file, upload.path("href").asText(), header);
      } else {
        put(URI.create(upload.path("href").asText()), file, 0, file.size());
      }
      var verify = object.path("actions").path("verify").path("href").asText();
      if (!verify.isEmpty()) {
        http.call(
            http.with(URI.create(verify))
                .header("Accept", LFS)
                .header("Content-Type", LFS)
                .POST(Http.json(Http.map("oid", file.oid(), "size", file.size())))
                .build());
      }
    }
  }

  private void multipart(Large file, String complete, JsonNode header) throws IOException {
    long chunk = header.path("chunk_size").asLong();
    if (chunk < 1) {
      throw new HubException(0, "the hub names no usable part size for " + file.path());
    }
    var parts = new ArrayList<Map<String, Object>>();
    var numbers =
        header.properties().stream()
            .map(Map.Entry::getKey)
            .filter(key -> key.matches("\\d{1,9}"))
            .sorted(java.util.Comparator.comparingInt(Integer::parseInt))
            .toList();
    for (var key : numbers) {
      int number = Integer.parseInt(key);
      long from = (number - 1) * chunk;
      var etag =
          put(
              URI.create(header.path(key).asText()),
              file,
              from,
              Math.min(chunk, file.size() - from));
      parts.add(Http.map("partNumber", number, "etag", etag));
    }
    http.call(
        Http.plain(URI.create(complete))
            .header("Accept", LFS)
            .header("Content-Type", LFS)
            .POST(Http.json(Http.map("oid", file.oid(), "parts", parts)))
            .build());
  }

  private String put(URI address, Large file, long from, long length) {
    var body =
        HttpRequest.BodyPublishers.fromPublisher(
            HttpRequest.BodyPublishers.ofInputStream(() -> part(file, from, length)), length);
    var request =
        length == 0
            ? Http.plain(address).PUT(HttpRequest.BodyPublishers.noBody()).build()
            : Http.plain(address).PUT(body).build();
    var reply = http.send(request);
    var text = Http.text(reply);
    if (!Http.succeeded(reply)) {
      throw Http.refused(request, reply, text);
    }
    return reply.headers().firstValue("ETag").orElse("");
  }

  private InputStream part(Large file, long from, long length) {
    try {
      var channel = FileChannel.open(file.file()).position(from);
      return new FilterInputStream(Channels.newInputStream(channel)) {
        private long left = length;

        @Override
        public int read() throws IOException {
          var one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
          if (left == 0) {
            return -1;
          }
          int got = super.read(target, offset, (int) Math.min(count, left));
          if (got > 0) {
            left -= got;
            progress.moved(file.path(), from + length - left, file.size());
          }
          return got;
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.file(), e);
    }
  }

  private HubClient.Commit commit(
      List<Map.Entry<String, Path>> regular, List<Large> large, String summary) throws IOException {
    var lines = new ByteArrayOutputStream();
    line(lines, "header", Http.map("summary", summary, "description", ""));
    for (var file : regular) {
      var content = Base64.getEncoder().encodeToString(Files.readAllBytes(file.getValue()));
      line(
          lines, "file", Http.map("path", file.getKey(), "content", content, "encoding", "base64"));
    }
    var named = new HashSet<String>();
    for (var file : large) {
      if (named.add(file.path())) {
        line(
            lines,
            "lfsFile",
            Http.map(
                "path", file.path(), "algo", "sha256", "oid", file.oid(), "size", file.size()));
      }
    }
    var answer =
        http.call(
            http.to("/api/models/%s/commit/%s".formatted(repo, Http.escape(revision)))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines.toByteArray()))
                .build());
    return new HubClient.Commit(
        answer.path("commitOid").asText(), answer.path("commitUrl").asText(), true);
  }

  private static void line(ByteArrayOutputStream lines, String key, Object value)
      throws IOException {
    lines.write(
        Http.JSON
            .writeValueAsString(Http.map("key", key, "value", value))
            .getBytes(StandardCharsets.UTF_8));
    lines.write('\n');
  }
}
