package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Commits;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.LargeFile;
import org.syncyte.hub.repo.Purge;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// What a long history costs, and how to shorten it.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class HistoryRoutes {
  private static final int PAGE = 1000;
  private final Repos repos;
  private final Commits commits;
  private final Content content;
  private final Purge purge;
  private final CurrentCaller current;
  private final BaseUrl base;

  HistoryRoutes(
      Repos repos,
      Commits commits,
      Content content,
      Purge purge,
      CurrentCaller current,
      BaseUrl base) {
    this.repos = repos;
    this.commits = commits;
    this.content = content;
    this.purge = purge;
    this.current = current;
    this.base = base;
  }

  public record SquashRequest(@Nullable String message) {}

  @POST
  @Path("super-squash/{branch}")
  public Map<String, Object> squash(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("branch") String branch,
      @Nullable SquashRequest request) {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    String given = request == null ? null : request.message();
    String title = given == null || given.isBlank() ? "Squash the history of " + branch : given;
    var commit = commits.squash(current.caller().require(Role.WRITE), repo, branch, title);
    return Map.of("success", true, "commitOid", commit.oid());
  }

  @GET
  @Path("lfs-files")
  public Response large(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("cursor") @DefaultValue("") String cursor,
      UriInfo uri) {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    var files = content.large(repo, cursor, PAGE);
    var reply =
        Response.ok(
            files.stream().map(HistoryRoutes::entry).toList(), MediaType.APPLICATION_JSON_TYPE);
    if (files.size() == PAGE) {
      reply.header("Link", NextLink.of(base, uri, "cursor", files.getLast().sha256()));
    }
    return reply.build();
  }

  public record Deletions(@Nullable List<String> sha, @Nullable Boolean rewriteHistory) {}

  public record DeletionRequest(@Nullable Deletions deletions) {}

  /// Removes large files from every commit. Without rewriting, the history would go on naming what
  /// is no longer there; that is refused.
  @POST
  @Path("lfs-files/batch")
  public Map<String, Object> purge(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      DeletionRequest request) {
    var repo = repos.write(new RepoId(namespace, name), current.caller());
    var author = current.caller().require(Role.WRITE);
    var deletions = request.deletions();
    var names = deletions == null || deletions.sha() == null ? List.<String>of() : deletions.sha();
    if (names.size() > PAGE || !names.stream().allMatch(BlobStore::isSha256)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "deletions.sha: at most " + PAGE + " SHA-256 in lower-case hex");
    }
    if (deletions == null || !Boolean.TRUE.equals(deletions.rewriteHistory())) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "Set deletions.rewriteHistory: commits here never name content that is gone");
    }
    int commits = names.isEmpty() ? 0 : purge.remove(author, repo, Set.copyOf(names));
    return Map.of("success", true, "commits", commits);
  }

  private static Map<String, Object> entry(LargeFile file) {
    return Map.of(
        "fileOid", file.sha256(),
        "oid", file.sha256(),
        "filename", file.path(),
        "pushedAt", Dates.text(file.since()),
        "size", file.size());
  }
}
