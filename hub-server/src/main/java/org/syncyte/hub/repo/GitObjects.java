package org.syncyte.hub.repo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The ids git gives to contents, folders and commits.
///
///     id = SHA-1("<type> <length>\0" + body)
///
/// Ids are therefore a check on the whole history below them: two repositories with the same head have
/// the same files and the same past. Folders sort as git sorts them, a folder's name as if it ended
/// in a slash.
final class GitObjects {
  private static final HexFormat HEX = HexFormat.of();

  private GitObjects() {}

  static String blob(byte[] content) {
    return id("blob", content);
  }

  static String blob(Path file, long size) throws IOException {
    var digest = sha1();
    digest.update(("blob " + size + "\0").getBytes(StandardCharsets.UTF_8));
    try (InputStream in = Files.newInputStream(file);
        var out = new DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest)) {
      in.transferTo(out);
    }
    return HEX.formatHex(digest.digest());
  }

  /// The text that stands for a large file in git.
  static String pointer(String sha256, long size) {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:"
        + sha256
        + "\nsize "
        + size
        + "\n";
  }

  static String pointerId(String sha256, long size) {
    return blob(pointer(sha256, size).getBytes(StandardCharsets.UTF_8));
  }

  static String commit(
      String tree, @Nullable String parent, String author, Instant time, String message) {
    String who = author + " <" + author + "@users.noreply> " + time.getEpochSecond() + " +0000\n";
    String body =
        "tree "
            + tree
            + "\n"
            + (parent == null ? "" : "parent " + parent + "\n")
            + "author "
            + who
            + "committer "
            + who
            + "\n"
            + message
            + "\n";
    return id("commit", body.getBytes(StandardCharsets.UTF_8));
  }

  /// The ids of the root folder (path "") and of every folder below it.
  static SortedMap<String, String> folders(SortedMap<String, String> files) {
    var children = new TreeMap<String, TreeMap<String, String>>(Comparator.reverseOrder());
    children.put("", new TreeMap<>());
    for (var file : files.entrySet()) {
      String path = file.getKey();
      children.computeIfAbsent(parent(path), _ -> new TreeMap<>()).put(path, file.getValue());
      for (String folder = parent(path); !folder.isEmpty(); folder = parent(folder)) {
        children.computeIfAbsent(parent(folder), _ -> new TreeMap<>());
      }
    }
    var ids = new TreeMap<String, String>();
    var deepestFirst =
        children.keySet().stream()
            .sorted(Comparator.comparingInt(GitObjects::depth).reversed())
            .toList();
    for (String folder : deepestFirst) {
      String id = tree(children.getOrDefault(folder, new TreeMap<>()), ids);
      ids.put(folder, id);
      if (!folder.isEmpty()) {
        children.computeIfAbsent(parent(folder), _ -> new TreeMap<>()).put(folder, id);
      }
    }
    return ids;
  }

  private static String tree(TreeMap<String, String> children, TreeMap<String, String> folders) {
    record Row(String name, boolean folder, String id) {
      byte[] order() {
        return (folder ? name + "/" : name).getBytes(StandardCharsets.UTF_8);
      }
    }
    List<Row> rows =
        children.entrySet().stream()
            .map(e ->
                new Row(
                    e.getKey().substring(e.getKey().lastIndexOf('/') + 1),
                    folders.containsKey(e.getKey()),
                    e.getValue()))
            .sorted((a, b) -> java.util.Arrays.compareUnsigned(a.order(), b.order()))
            .toList();
    var body = new ByteArrayOutputStream();
    for (Row row : rows) {
      body.writeBytes(
          ((row.folder() ? "40000 " : "100644 ") + row.name() + "\0")
              .getBytes(StandardCharsets.UTF_8));
      body.writeBytes(HEX.parseHex(row.id()));
    }
    return id("tree", body.toByteArray());
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static int depth(String folder) {
    return folder.isEmpty() ? 0 : 1 + (int) folder.chars().filter(c -> c == '/').count();
  }

  private static String id(String type, byte[] body) {
    var digest = sha1();
    digest.update((type + " " + body.length + "\0").getBytes(StandardCharsets.UTF_8));
    return HEX.formatHex(digest.digest(body));
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
