package org.syncyte.worker.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Repositories of a hub: create, list, push as one commit, pull.
///
/// A push asks which files the hub does not have yet (`preupload`), sends the large ones by content
/// (`Upload`), and names everything in one commit: either all files of a model change, or none. A
/// download goes on where it broke off, and is moved into place only after its hash is right.
///
/// Source: `spec/hub-protocol.md` sections 4 to 8.
public final class HubClient {
  /// A file of a repository.
  ///
  /// @param oid SHA-256 of a large file, git's SHA-1 of a small one
  public record Entry(String path, long size, String oid, boolean large) {}

  /// A commit that exists on the hub.
  ///
  /// @param changed false if the hub already had every file as it is
  public record Commit(String id, String url, boolean changed) {}

  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"next\"");
  private static final Pattern REPO =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*");

  private final Http http;

  /// @param token null for reading public repositories
  public HubClient(URI hub, @Nullable String token) {
    this(hub, token, 6);
  }

  HubClient(URI hub, @Nullable String token, int tries) {
    this.http = new Http(hub, token, tries);
  }

  /// The name behind the token.
  public String whoami() {
    return http.call(http.to("/api/whoami-v2").GET().build()).path("name").asText();
  }

  /// Makes the repository if it is not there, and returns its address.
  public String create(String repo, boolean isPrivate) {
    var name = check(repo).split("/");
    var body =
        Http.map("name", name[1], "organization", name[0], "type", "model", "private", isPrivate);
    var request =
        http.to("/api/repos/create")
            .header("Content-Type", "application/json")
            .POST(Http.json(body))
            .build();
    return http.call(request, 409).path("url").asText(http.base() + "/" + repo);
  }

  /// The commit that a revision stands for.
  public String resolve(String repo, String revision) {
    var route = "/api/models/" + check(repo) + "/revision/" + Http.escape(revision);
    return http.call(http.to(route).GET().build()).path("sha").asText();
  }

  /// All files of a revision.
  public List<Entry> tree(String repo, String revision) {
    var entries = new ArrayList<Entry>();
    URI next =
        URI.create(
            http.base()
                + "/api/models/%s/tree/%s?recursive=true&expand=false"
                    .formatted(check(repo), Http.escape(revision)));
    while (next != null) {
      var request = http.with(next).GET().build();
      var reply = http.send(request);
      var text = Http.text(reply);
      if (!Http.succeeded(reply)) {
        throw Http.refused(request, reply, text);
      }
      JsonNode page;
      try {
        page = Http.JSON.readTree(text);
      } catch (IOException e) {
        throw new HubException("the hub's list of files is not JSON", e);
      }
      for (var entry : page) {
        if (entry.path("type").asText().equals("file")) {
          boolean large = entry.hasNonNull("lfs");
          entries.add(
              new Entry(
                  entry.path("path").asText(),
                  entry.path("size").asLong(),
                  (large ? entry.path("lfs") : entry).path("oid").asText(),
                  large));
        }
      }
      var link = NEXT.matcher(reply.headers().firstValue("Link").orElse(""));
      next = link.find() ? next.resolve(link.group(1)) : null;
    }
    return entries;
  }

  /// Downloads one file; an earlier, broken download is continued.
  ///
  /// @return the commit that the file is from
  public String download(
      String repo, String revision, String path, Path target, Progress progress) {
    var address =
        URI.create(
            "%s/%s/resolve/%s/%s"
                .formatted(http.base(), check(repo), Http.escape(revision), Http.escapePath(path)));
    var head =
        http.with(address)
            .header("Accept-Encoding", "identity")
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    var reply = http.send(head);
    var text = Http.text(reply);
    if (!Http.succeeded(reply)) {
      throw Http.refused(head, reply, text);
    }
    var headers = reply.headers();
    var etag =
        headers
            .firstValue("X-Linked-Etag")
            .or(() -> headers.firstValue("ETag"))
            .orElse("")
            .replaceFirst("^W/", "")
            .replace("\"", "");
    long size =
        Long.parseLong(
            headers
                .firstValue("X-Linked-Size")
                .or(() -> headers.firstValue("Content-Length"))
                .orElse("0"));
    try {
      var parent = target.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      if (!Files.exists(target) || !matches(target, etag)) {
        if (!etag.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
          throw new HubException(
              0, "the hub gives no hash for %s; it cannot be checked".formatted(path));
        }
        var partial = target.resolveSibling(target.getFileName() + "." + etag + ".incomplete");
        if (size == 0) {
          Files.write(partial, new byte[0]);
        }
        http.fetch(address, partial, size, path, progress);
        if (!matches(partial, etag)) {
          Files.delete(partial);
          throw new HubException(
              0,
              "%s does not have the hash that the hub announced; it was discarded".formatted(path));
        }
        Files.move(
            partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target, e);
    }
    return headers.firstValue("X-Repo-Commit").orElse("");
  }

  /// Downloads every file of a revision into a folder.
  ///
  /// @return the commit
  public String pull(String repo, String revision, Path folder, Progress progress) {
    var commit = resolve(repo, revision);
    for (var entry : tree(repo, commit)) {
      var target = folder.resolve(entry.path()).normalize();
      if (!target.startsWith(folder.normalize()) || target.equals(folder.normalize())) {
        throw new HubException(0, "the repository holds an unsafe path: " + entry.path());
      }
      download(repo, commit, entry.path(), target, progress);
    }
    return commit;
  }

  /// Puts files into a repository as one commit.
  ///
  /// @param files path in the repository to local file
  public Commit push(
      String repo, String revision, Map<String, Path> files, String summary, Progress progress) {
    return new Upload(http, check(repo), revision, progress).push(files, summary);
  }

  private static boolean matches(Path file, String etag) {
    return switch (etag.length()) {
      case 64 -> Digests.hex(Digests.sha256(file)).equals(etag);
      case 40 -> Digests.gitBlob(file).equals(etag);
      default -> false;
    };
  }

  static String check(String repo) {
    if (!REPO.matcher(repo).matches() || repo.contains("..") || repo.length() > 96) {
      throw new IllegalArgumentException(
          "repository '%s' is not of the form namespace/name".formatted(repo));
    }
    return repo;
  }
}
