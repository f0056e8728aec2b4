package org.syncyte.hub.keep;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.discussion.Transcript;
import org.syncyte.hub.repo.Snapshot;

/// A whole repository as one tar file.
///
///     snapshot.json          branches and tags, commits, trees
///     discussions.json       what was said, and pull requests, if there are any
///     blobs/<sha256>         each content once, in order of the hashes
///
/// The file says nothing that is not checked: content is named by its hash, and the ids of files, trees
/// and commits follow from it, see `Snapshot`. Equal repositories give equal files. Reading needs no
/// hub and no network.
final class ClosureFile {
  static final String SNAPSHOT = "snapshot.json";
  static final String DISCUSSIONS = "discussions.json";
  private static final String BLOBS = "blobs/";
  private static final long MAX_SNAPSHOT = 256L << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build());
  }

  private ClosureFile() {}

  /// What was read, and what could not be checked.
  ///
  /// @param unchecked commits whose id could not be recomputed
  record Verified(Closure closure, List<String> unchecked, int contents, long bytes) {
    Snapshot snapshot() {
      return closure.snapshot();
    }
  }

  /// Where the content of a hash is.
  interface Store {
    Path path(String sha256);
  }

  /// What to do with verified content.
  interface Receiver {
    void take(String sha256, long size, InputStream bytes) throws IOException;
  }

  static void write(Closure closure, Store store, OutputStream target) throws IOException {
    try (var tar = new TarArchiveOutputStream(new BufferedOutputStream(target, 1 << 16))) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      boolean silent = closure.transcript().talks().isEmpty();
      byte[] said = silent ? null : JSON.writeValueAsBytes(closure.transcript());
      var snapshot = closure.snapshot().with(said == null ? null : sha256(said));
      put(tar, SNAPSHOT, JSON.writeValueAsBytes(snapshot));
      if (said != null) {
        put(tar, DISCUSSIONS, said);
      }
      for (var content : snapshot.contents().entrySet()) {
        put(tar, BLOBS + content.getKey(), content.getValue());
        Files.copy(store.path(content.getKey()), tar);
        tar.closeArchiveEntry();
      }
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    put(tar, name, bytes.length);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static void put(TarArchiveOutputStream tar, String name, long size) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
  }

  /// Reads the file to its end and holds everything in it against everything else.
  ///
  /// @throws org.syncyte.hub.HubException if anything is missing, changed or too much
  static Verified verify(Path file) throws IOException {
    var gitOids = new HashMap<String, String>();
    long[] bytes = {0};
    var closure =
        read(
            file,
            (sha256, size, in) -> {
              gitOids.put(sha256, git(in, size, sha256));
              bytes[0] += size;
            });
    var snapshot = closure.snapshot();
    var unchecked = snapshot.verify(gitOids);
    if (snapshot.schema() > 1) {
      closure.transcript().verify(snapshot);
    }
    return new Verified(closure, unchecked, gitOids.size(), bytes[0]);
  }

  /// Hands over the contents; each is checked by whoever takes it.
  static Closure read(Path file, Receiver receiver) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      var first = tar.getNextEntry();
      if (first == null || !first.getName().equals(SNAPSHOT) || first.getSize() > MAX_SNAPSHOT) {
        throw Snapshot.broken("it does not begin with " + SNAPSHOT);
      }
      var snapshot = parsed(tar.readAllBytes(), Snapshot.class);
      var transcript = transcript(tar, snapshot);
      SortedMap<String, Long> missing = snapshot.contents();
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var name = entry.getName();
        var sha256 = name.startsWith(BLOBS) ? name.substring(BLOBS.length()) : "";
        var size = missing.remove(sha256);
        if (!entry.isFile() || size == null) {
          throw Snapshot.broken("it holds '" + name + "', which does not belong to it");
        }
        if (size != entry.getSize()) {
          throw Snapshot.broken(name + " has " + entry.getSize() + " bytes instead of " + size);
        }
        receiver.take(sha256, size, tar);
      }
      if (!missing.isEmpty()) {
        throw Snapshot.broken("the content " + missing.firstKey() + " is missing");
      }
      return new Closure(snapshot, transcript);
    } catch (IOException | IllegalArgumentException damaged) {
      throw new org.syncyte.hub.HubException(
          org.syncyte.hub.ErrorCode.BAD_REQUEST,
          "This is not a whole, unchanged repository: " + damaged.getMessage(),
          damaged);
    }
  }

  private static Transcript transcript(TarArchiveInputStream tar, Snapshot snapshot)
      throws IOException {
    var promised = snapshot.discussions();
    if (promised == null) {
      return new Transcript(List.of());
    }
    var entry = tar.getNextEntry();
    if (entry == null || !entry.getName().equals(DISCUSSIONS) || entry.getSize() > MAX_SNAPSHOT) {
      throw Snapshot.broken("its discussions are missing");
    }
    byte[] bytes = tar.readAllBytes();
    if (!sha256(bytes).equals(promised)) {
      throw Snapshot.broken("its discussions were changed");
    }
    return parsed(bytes, Transcript.class);
  }

  private static <T> T parsed(byte[] bytes, Class<T> type) throws IOException {
    @Nullable T value = JSON.readValue(bytes, type);
    if (value == null) {
      throw Snapshot.broken("a part of it is empty");
    }
    return value;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Reads content, checks its SHA-256, and gives its git id.
  private static String git(InputStream in, long size, String promised) throws IOException {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + size + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8));
      new DigestInputStream(new DigestInputStream(in, sha256), sha1)
          .transferTo(OutputStream.nullOutputStream());
      var found = HexFormat.of().formatHex(sha256.digest());
      if (!found.equals(promised)) {
        throw Snapshot.broken("the content " + promised + " was changed: it has SHA-256 " + found);
      }
      return HexFormat.of().formatHex(sha1.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// For messages: what a verified file holds.
  static Map<String, Object> summary(Verified verified) {
    return Map.of(
        "repo", verified.snapshot().repo(),
        "commits", verified.snapshot().commits().size(),
        "refs", verified.snapshot().refs().size(),
        "discussions", verified.closure().transcript().talks().size(),
        "contents", verified.contents(),
        "bytes", verified.bytes(),
        "unchecked", verified.unchecked());
  }
}
