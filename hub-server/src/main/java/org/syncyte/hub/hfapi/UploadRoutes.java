package org.syncyte.hub.hfapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.discussion.Discussions;
import org.syncyte.hub.lfs.LargeRule;
import org.syncyte.hub.repo.Commits;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// Before a commit: which files go which way. The commit itself: all or nothing.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class UploadRoutes {
  /// Stands for the branch of a pull request that does not exist yet.
  private static final String PROPOSAL = "refs/pr/";

  private final Repos repos;
  private final Revisions revisions;
  private final Commits commits;
  private final Discussions discussions;
  private final Content content;
  private final BlobStore blobs;
  private final CurrentCaller current;
  private final BaseUrl base;
  private final HubSettings settings;
  private final Cache<String, Discussions.Proposed> recent =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(10)).maximumSize(10_000).build();

  UploadRoutes(
      Repos repos,
      Revisions revisions,
      Commits commits,
      Discussions discussions,
      Content content,
      BlobStore blobs,
      CurrentCaller current,
      BaseUrl base,
      HubSettings settings) {
    this.repos = repos;
    this.revisions = revisions;
    this.commits = commits;
    this.discussions = discussions;
    this.content = content;
    this.blobs = blobs;
    this.current = current;
    this.base = base;
    this.settings = settings;
  }

  public record Candidate(@Nullable String path, @Nullable String sample, long size) {}

  public record PreuploadRequest(@Nullable List<Candidate> files, @Nullable String gitAttributes) {}

  @POST
  @Path("preupload/{revision}")
  public Map<String, Object> preupload(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @QueryParam("create_pr") @Nullable String createPr,
      PreuploadRequest request)
      throws IOException {
    var repo = target(new RepoId(namespace, name), revision, createPr);
    var found = revisions.resolve(repo, revision);
    var large =
        LargeRule.of(
            repos,
            revisions,
            found,
            request.gitAttributes() == null ? "" : request.gitAttributes(),
            settings.limits().regularFile());
    var files = request.files() == null ? List.<Candidate>of() : request.files();
    var known = new LinkedHashMap<String, String>();
    revisions
        .entries(
            found, files.stream().map(Candidate::path).filter(java.util.Objects::nonNull).toList())
        .forEach(entry -> known.put(entry.path(), entry.directory() ? "" : entry.etag()));
    var answers = new ArrayList<Map<String, Object>>();
    for (var file : files) {
      if (file.path() == null) {
        throw new HubException(ErrorCode.BAD_REQUEST, "preupload: a file has no path");
      }
      var answer = new LinkedHashMap<String, Object>();
      answer.put("path", file.path());
      answer.put(
          "uploadMode", large.large(file.path(), file.size(), sample(file)) ? "lfs" : "regular");
      answer.put("shouldIgnore", false);
      String oid = known.getOrDefault(file.path(), "");
      if (!oid.isEmpty()) {
        answer.put("oid", oid);
      }
      answers.add(answer);
    }
    return Map.of("files", answers, "commitOid", found.commit());
  }

  private static byte @Nullable [] sample(Candidate file) {
    try {
      return file.sample() == null ? null : Base64.getDecoder().decode(file.sample());
    } catch (IllegalArgumentException bad) {
      throw new HubException(ErrorCode.BAD_REQUEST, "preupload: a sample is not base64", bad);
    }
  }

  @POST
  @Path("commit/{revision}")
  public Response commit(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String branch,
      @QueryParam("create_pr") @Nullable String createPr,
      InputStream body) {
    var caller = current.caller();
    var repo = target(new RepoId(namespace, name), branch, createPr);
    var author = caller.require(Role.WRITE);
    var read = CommitBody.read(body, blobs, settings.limits().file());
    if (read.summary().isBlank()) {
      throw new HubException(ErrorCode.BAD_REQUEST, "commit: the header needs a summary");
    }
    var done = commitOnce(author, repo, Flags.on(createPr) ? PROPOSAL : branch, read);
    var commit = done.commit();
    var reply = new LinkedHashMap<String, Object>();
    reply.put("success", true);
    reply.put("commitOid", commit.oid());
    reply.put("commitUrl", base.at("/" + repo.id() + "/commit/" + commit.oid()));
    reply.put("hookOutput", "");
    if (Flags.on(createPr)) {
      reply.put("pullRequestUrl", base.at("/" + repo.id() + "/discussions/" + done.num()));
    }
    var response = Response.ok(reply, MediaType.APPLICATION_JSON_TYPE);
    warn(repo, caller, response);
    return response.build();
  }

  /// A lost reply makes clients send the commit again; the same commit at the head is the answer.
  private Discussions.Proposed commitOnce(
      Caller.Known author, RepoView repo, String branch, CommitBody body) {
    String key =
        repo.key()
            + " "
            + branch
            + " "
            + body.parent()
            + " "
            + author.accountId()
            + " "
            + body.digest();
    var before = recent.getIfPresent(key);
    if (before != null && head(repo, branch, before).equals(before.commit().oid())) {
      return before;
    }
    body.received().forEach(stored -> content.add(repo.key(), stored));
    var message = new Commits.Message(body.summary(), body.description(), body.parent());
    var done = write(author, repo, branch, new Discussions.Change(message, body.operations()));
    recent.put(key, done);
    return done;
  }

  private String head(RepoView repo, String branch, Discussions.Proposed before) {
    return branch.equals(PROPOSAL)
        ? discussions.head(repo, before.num())
        : revisions.resolve(repo, branch).commit();
  }

  private Discussions.Proposed write(
      Caller.Known author, RepoView repo, String branch, Discussions.Change change) {
    if (branch.equals(PROPOSAL)) {
      return discussions.propose(author, repo, change);
    }
    int number = Discussions.number(branch);
    return new Discussions.Proposed(
        number,
        number > 0
            ? discussions.commit(author, repo, number, change)
            : commits.commit(author, repo, branch, change.message(), change.operations()));
  }

  private void warn(RepoView repo, Caller caller, Response.ResponseBuilder response) {
    var now = repos.read(repo.id(), caller);
    if (now.tag("model_cls_name") != null && !now.complete()) {
      response.header(
          "X-HF-Warning",
          "incomplete; " + repo.id() + " describes a model but holds no model.pt yet");
    }
  }

  /// The repository, if the caller may commit to this branch of it, or propose to.
  private RepoView target(RepoId id, String branch, @Nullable String createPr) {
    var caller = current.caller();
    int number = Discussions.number(branch);
    if (!Flags.on(createPr) && number == 0) {
      return repos.write(id, caller);
    }
    if (Flags.on(createPr) && !branch.equals("main")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "A pull request is made from main; commit with create_pr to main");
    }
    var repo = repos.contribute(id, caller);
    if (number > 0) {
      discussions.mayPush(caller.require(Role.WRITE), repo, number);
    }
    return repo;
  }
}
