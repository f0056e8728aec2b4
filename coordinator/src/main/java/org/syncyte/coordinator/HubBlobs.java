package org.syncyte.coordinator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Canonical;
import org.syncyte.federation.Hashes;

/// Blobs on a hub, over HTTP.
///
///     HEAD {hub}/api/v1/fed/{f}/blobs/{sha256}             is it there?
///     PUT  {hub}/api/v1/fed/{f}/blobs/{sha256}/parts/{i}   4 MiB, header X-Part-Sha256
///     POST {hub}/api/v1/fed/{f}/blobs/{sha256}/commit      {"length":…,"parts":…,"media_type":…}
///     GET  {hub}/api/v1/fed/{f}/blobs/{sha256}             with Range
///
/// A broken download goes on where it stopped; a repeated part is harmless; nothing is believed before
/// its hash is right.
final class HubBlobs implements Blobs {
  private static final int PART = 4 << 20;
  private static final long MAX = 2L << 30;
  private static final int TRIES = 5;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final String base;
  private final @Nullable String token;

  HubBlobs(URI hub, @Nullable String token, String federation) {
    base = hub.toString().replaceFirst("/+$", "") + "/api/v1/fed/" + federation + "/blobs/";
    this.token = token;
  }

  private HttpRequest.Builder to(String path) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofMinutes(5));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  @Override
  public byte[] read(Blob blob) throws IOException {
    if (blob.length() > MAX) {
      throw new Missing("blob %s of %d bytes is too large".formatted(blob.sha256(), blob.length()));
    }
    var content = new ByteArrayOutputStream((int) Math.min(blob.length(), PART));
    IOException last = null;
    for (int tries = 0; tries < TRIES && (tries == 0 || content.size() < blob.length()); tries++) {
      try {
        fetch(blob, content);
      } catch (IOException e) {
        last = e;
        pause(tries);
      }
    }
    if (content.size() < blob.length() && last != null) {
      throw last;
    }
    byte[] bytes = content.toByteArray();
    if (bytes.length != blob.length() || !Hashes.hex(Hashes.sha256(bytes)).equals(blob.sha256())) {
      throw new Missing("blob %s does not hold what its name says".formatted(blob.sha256()));
    }
    return bytes;
  }

  private void fetch(Blob blob, ByteArrayOutputStream content) throws IOException {
    var request = to(blob.sha256()).GET();
    if (content.size() > 0) {
      request.header("Range", "bytes=" + content.size() + "-");
    }
    var reply = send(request.build(), BodyHandlers.ofInputStream());
    try (var in = reply.body()) {
      if (reply.statusCode() == 404) {
        throw new Missing("the hub has no blob " + blob.sha256());
      }
      if (reply.statusCode() != 200 && reply.statusCode() != 206) {
        throw refused(request.build(), reply.statusCode());
      }
      if (reply.statusCode() == 200) {
        content.reset();
      }
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (content.size() + (long) n > blob.length()) {
          throw new Missing("blob %s is longer than announced".formatted(blob.sha256()));
        }
        content.write(buffer, 0, n);
      }
    }
  }

  @Override
  public Blob write(byte[] content, String mediaType) throws IOException {
    Blob blob = Blob.of(content, mediaType);
    if (there(blob)) {
      return blob;
    }
    int parts = (content.length + PART - 1) / PART;
    for (int i = 0; i < parts; i++) {
      byte[] part = Arrays.copyOfRange(content, i * PART, Math.min(content.length, (i + 1) * PART));
      retry(
          to(blob.sha256() + "/parts/" + i)
              .header("Content-Type", "application/octet-stream")
              .header("X-Part-Sha256", Hashes.hex(Hashes.sha256(part)))
              .PUT(BodyPublishers.ofByteArray(part))
              .build());
    }
    try {
      commit(blob, parts);
    } catch (IOException e) {
      // another writer of the same bytes may have committed them in between
      if (!there(blob)) {
        throw e;
      }
    }
    return blob;
  }

  private boolean there(Blob blob) throws IOException {
    var request = to(blob.sha256()).method("HEAD", BodyPublishers.noBody()).build();
    return send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  private void commit(Blob blob, int parts) throws IOException {
    retry(
        to(blob.sha256() + "/commit")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofByteArray(
                    Canonical.bytes(
                        Map.of(
                            "length", blob.length(),
                            "parts", parts,
                            "media_type", blob.mediaType()))))
            .build());
  }

  private void retry(HttpRequest request) throws IOException {
    IOException last = new IOException("the hub does not answer");
    for (int tries = 0; tries < TRIES; tries++) {
      int status;
      try {
        status = send(request, BodyHandlers.discarding()).statusCode();
      } catch (IOException e) {
        last = e;
        pause(tries);
        continue;
      }
      if (status / 100 == 2) {
        return;
      }
      last = refused(request, status);
      if (status / 100 == 4 && status != 429) {
        break;
      }
      pause(tries);
    }
    throw last;
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return http.send(request, handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static IOException refused(HttpRequest request, int status) {
    return new IOException(
        "the hub answers %d to %s %s".formatted(status, request.method(), request.uri()));
  }

  private static void pause(int tries) throws IOException {
    try {
      Thread.sleep(Duration.ofMillis(200L << tries));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
