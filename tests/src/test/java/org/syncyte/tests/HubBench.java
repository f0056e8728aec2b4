package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One gigabyte up and down through a hub with 256 MiB of heap.
///
/// Down: beside what `nginx` sends of the same file with `sendfile`, in turns, over one connection
/// and over sixteen. Up: beside writing the file to the same disk and hashing it once. Each ratio
/// is of the better of several turns, so that what else the machine does weighs less. The result
/// is in `target/hub-bench.md`.
///
///     ./syncyte test -pl tests -am -Dtest=HubBench -Dsurefire.failIfNoSpecifiedTests=false
final class HubBench {
  private static final long SIZE = Long.getLong("syncyte.bench.bytes", 1L << 30);
  private static final int TURNS = 3;
  private static final int MANY = 16;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final StringBuilder report =
      new StringBuilder("| | hub, MB/s | beside it, MB/s | ratio |\n|---|---:|---:|---:|\n");

  @Test
  void aGigabyteUpAndDown(@TempDir Path work) throws Exception {
    Path web = Files.createDirectories(work.resolve("web"));
    Path file = web.resolve("weights.safetensors");
    try (var hub = HubProcess.start(work.resolve("hub"), HubProcess.OPTIMISED);
        var nginx = Nginx.files(work.resolve("nginx"), web)) {
      double up = 0;
      double written = 0;
      for (int turn = 0; turn < TURNS; turn++) {
        generate(file, turn);
        written = Math.max(written, writeOnce(file, work.resolve("copy")));
        Files.delete(work.resolve("copy"));
        up = Math.max(up, upload(hub, file, "bench/up" + turn));
        if (turn < TURNS - 1) {
          hub.send(delete(hub, "bench/up" + turn));
        }
      }
      double upload = line("upload, beside writing and hashing once", up, written);
      String stored =
          hub.address() + "/bench/up" + (TURNS - 1) + "/resolve/main/weights.safetensors";
      double one = down(1, stored, nginx.address() + "/weights.safetensors");
      double many = down(MANY, stored, nginx.address() + "/weights.safetensors");
      Files.createDirectories(Path.of("target"));
      Files.writeString(Path.of("target", "hub-bench.md"), report);
      System.out.println(report);
      assertThat(upload).as("upload").isGreaterThan(0.6);
      assertThat(one).as("download over one connection").isGreaterThan(0.8);
      assertThat(many).as("download over %d connections", MANY).isGreaterThan(0.8);
    }
  }

  private double down(int connections, String hub, String nginx) throws Exception {
    double ours = 0;
    double theirs = 0;
    long bytes = connections == 1 ? SIZE : SIZE / 4;
    for (int turn = 0; turn < TURNS; turn++) {
      ours = Math.max(ours, fetch(hub, connections, bytes));
      theirs = Math.max(theirs, fetch(nginx, connections, bytes));
    }
    return line("download, %d connection(s), beside nginx".formatted(connections), ours, theirs);
  }

  private double line(String what, double ours, double theirs) {
    report.append(
        "| %s | %.0f | %.0f | %.2f |\n".formatted(what, ours / 1e6, theirs / 1e6, ours / theirs));
    return ours / theirs;
  }

  /// Bytes per second over so many connections at once.
  private static double fetch(String url, int connections, long bytes) throws Exception {
    var processes = new ArrayList<Process>();
    long begun = System.nanoTime();
    for (int i = 0; i < connections; i++) {
      processes.add(
          new ProcessBuilder(
                  "curl",
                  "-sf",
                  "-o",
                  "/dev/null",
                  "-r",
                  "0-" + (bytes - 1),
                  "-w",
                  "%{size_download}",
                  url)
              .start());
    }
    long received = 0;
    for (var process : processes) {
      received +=
          Long.parseLong(
              new String(
                      process.getInputStream().readAllBytes(),
                      java.nio.charset.StandardCharsets.US_ASCII)
                  .strip());
      assertThat(process.waitFor()).isZero();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    assertThat(received).isEqualTo(connections * bytes);
    return received / seconds;
  }

  private static double upload(HubProcess hub, Path file, String repo) throws Exception {
    var id = repo.split("/");
    String made = "{\"organization\":\"%s\",\"name\":\"%s\"}".formatted(id[0], id[1]);
    hub.send(json(hub, "/api/repos/create", made));
    String oid = sha256(file);
    String batch =
        "{\"operation\":\"upload\",\"transfers\":[\"basic\"],\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
            .formatted(oid, SIZE);
    String href =
        JSON.readTree(hub.send(json(hub, "/" + repo + ".git/info/lfs/objects/batch", batch)).body())
            .at("/objects/0/actions/upload/href")
            .asText();
    long begun = System.nanoTime();
    var put =
        new ProcessBuilder("curl", "-sf", "-H", "Expect:", "-T", file.toString(), href)
            .redirectErrorStream(true)
            .start();
    put.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertThat(put.waitFor()).isZero();
    double seconds = (System.nanoTime() - begun) / 1e9;
    String lines =
        "{\"key\":\"header\",\"value\":{\"summary\":\"Add\"}}\n{\"key\":\"lfsFile\",\"value\":{\"path\":\"weights.safetensors\",\"algo\":\"sha256\",\"oid\":\"%s\",\"size\":%d}}"
            .formatted(oid, SIZE);
    var commit = hub.request("/api/models/" + repo + "/commit/main");
    commit.header("Content-Type", "application/x-ndjson").POST(BodyPublishers.ofString(lines));
    assertThat(hub.send(commit).statusCode()).isEqualTo(200);
    return SIZE / seconds;
  }

  private static java.net.http.HttpRequest.Builder json(HubProcess hub, String path, String body)
      throws IOException {
    return hub.request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private static java.net.http.HttpRequest.Builder delete(HubProcess hub, String repo)
      throws IOException {
    var id = repo.split("/");
    return hub.request("/api/repos/delete")
        .header("Content-Type", "application/json")
        .method(
            "DELETE",
            BodyPublishers.ofString(
                "{\"organization\":\"%s\",\"name\":\"%s\"}".formatted(id[0], id[1])));
  }

  /// Writes a copy, hashing on the way, and waits for the disk; bytes per second.
  private static double writeOnce(Path file, Path copy) throws IOException {
    long begun = System.nanoTime();
    var digest = digest();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest);
        var out = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var buffer = new byte[1 << 18];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (var rest = ByteBuffer.wrap(buffer, 0, count); rest.hasRemaining(); ) {
          out.write(rest);
        }
      }
      out.force(true);
    }
    assertThat(digest.digest()).hasSize(32);
    return SIZE / ((System.nanoTime() - begun) / 1e9);
  }

  private static void generate(Path file, long seed) throws IOException {
    var random = new SplittableRandom(seed);
    var buffer = new byte[1 << 20];
    try (var out = Files.newOutputStream(file)) {
      for (long left = SIZE; left > 0; left -= buffer.length) {
        random.nextBytes(buffer);
        out.write(buffer, 0, (int) Math.min(buffer.length, left));
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    var digest = digest();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
