package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.CommitView;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Refs;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.hub.trust.FileScans;

/// Reads one model: info, tree, paths, references, history.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class ModelRoutes {
  private static final int MAX_PAGE = 1000;
  private final Repos repos;
  private final Revisions revisions;
  private final Refs refs;
  private final FileScans scans;
  private final CurrentCaller current;
  private final BaseUrl base;

  ModelRoutes(
      Repos repos,
      Revisions revisions,
      Refs refs,
      FileScans scans,
      CurrentCaller current,
      BaseUrl base) {
    this.repos = repos;
    this.revisions = revisions;
    this.refs = refs;
    this.scans = scans;
    this.current = current;
    this.base = base;
  }

  @GET
  public Response info(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("blobs") @Nullable String blobs,
      @QueryParam("securityStatus") @Nullable String security,
      @QueryParam("expand") List<String> expand) {
    return infoAt(namespace, name, "main", blobs, security, expand);
  }

  @GET
  @Path("revision/{revision}")
  public Response infoAt(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @QueryParam("blobs") @Nullable String blobs,
      @QueryParam("securityStatus") @Nullable String security,
      @QueryParam("expand") List<String> expand) {
    var found = at(namespace, name, revision);
    var names = ModelInfo.names(expand);
    boolean withFiles = names.isEmpty() || names.contains("siblings");
    var files = withFiles ? revisions.files(found) : null;
    var info = ModelInfo.of(found.repo(), found.commit(), files, Flags.on(blobs));
    if (Flags.on(security)) {
      info.put("securityRepoStatus", scans.status(revisions.files(found)));
    }
    return Response.ok(ModelInfo.only(info, names), MediaType.APPLICATION_JSON_TYPE)
        .header("X-Repo-Commit", found.commit())
        .build();
  }

  @GET
  @Path("auth-check")
  public Response mayRead(
      @PathParam("namespace") String namespace, @PathParam("name") String name) {
    repo(namespace, name);
    return Response.ok().build();
  }

  @GET
  @Path("auth-check/write")
  public Response mayWrite(
      @PathParam("namespace") String namespace, @PathParam("name") String name) {
    repos.write(new RepoId(namespace, name), current.caller());
    return Response.ok().build();
  }

  @GET
  @Path("tree/{revision}")
  public Response root(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @QueryParam("recursive") @Nullable String recursive,
      @QueryParam("expand") @Nullable String expand,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("1000") int limit,
      UriInfo uri) {
    return folder(namespace, name, revision, "", recursive, expand, cursor, limit, uri);
  }

  @GET
  @Path("tree/{revision}/{path:.*}")
  public Response folder(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path,
      @QueryParam("recursive") @Nullable String recursive,
      @QueryParam("expand") @Nullable String expand,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("1000") int limit,
      UriInfo uri) {
    var found = at(namespace, name, revision);
    int size = Math.clamp(limit, 1, MAX_PAGE);
    String folder = path.replaceAll("/+$", "");
    var page = revisions.list(found, folder, Flags.on(recursive), cursor, size);
    var reply =
        Response.ok(entries(found, page.items(), Flags.on(expand)))
            .type(MediaType.APPLICATION_JSON_TYPE)
            .header("X-Repo-Commit", found.commit());
    if (page.next() != null) {
      reply.header("Link", NextLink.of(base, uri, "cursor", page.next()));
    }
    return reply.build();
  }

  /// What the JavaScript client sends.
  public record PathsRequest(@Nullable List<String> paths, @Nullable Boolean expand) {}

  @POST
  @Path("paths-info/{revision}")
  @Consumes(MediaType.APPLICATION_JSON)
  public List<Map<String, Object>> pathsFromJson(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      PathsRequest request) {
    return paths(namespace, name, revision, request.paths(), Boolean.TRUE.equals(request.expand()));
  }

  @POST
  @Path("paths-info/{revision}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public List<Map<String, Object>> pathsFromForm(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @FormParam("paths") List<String> paths,
      @FormParam("expand") @Nullable String expand) {
    return paths(namespace, name, revision, paths, Flags.on(expand));
  }

  private List<Map<String, Object>> paths(
      String namespace,
      String name,
      String revision,
      @Nullable List<String> paths,
      boolean expand) {
    var found = at(namespace, name, revision);
    return entries(found, revisions.entries(found, paths == null ? List.of() : paths), expand);
  }

  public record RefBody(String name, String ref, String targetCommit) {}

  public record RefsBody(
      List<RefBody> branches,
      List<RefBody> tags,
      List<RefBody> converts,
      List<RefBody> pullRequests) {}

  @GET
  @Path("refs")
  public RefsBody refs(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("include_prs") @Nullable String includePullRequests) {
    var all = refs.list(repo(namespace, name));
    return new RefsBody(
        below(all, "refs/heads/"),
        below(all, "refs/tags/"),
        List.of(),
        Flags.on(includePullRequests) ? below(all, "refs/pr/") : List.of());
  }

  private static List<RefBody> below(List<Refs.RefView> all, String prefix) {
    return all.stream()
        .filter(ref -> ref.ref().startsWith(prefix))
        .map(ref -> new RefBody(ref.name(), ref.ref(), ref.target()))
        .toList();
  }

  @GET
  @Path("commits/{revision}")
  public Response commits(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @QueryParam("limit") @DefaultValue("50") int limit,
      @QueryParam("p") @DefaultValue("0") int page,
      UriInfo uri) {
    var found = at(namespace, name, revision);
    int size = Math.clamp(limit, 1, MAX_PAGE);
    int skip = Math.multiplyExact(Math.clamp(page, 0, 1_000_000), size);
    int total = revisions.depth(found);
    var body = revisions.history(found, skip, size).stream().map(ModelRoutes::commit).toList();
    var reply = Response.ok(body, MediaType.APPLICATION_JSON_TYPE).header("X-Total-Count", total);
    if (skip + size < total) {
      reply.header("Link", NextLink.of(base, uri, "p", Integer.toString(page + 1)));
    }
    return reply.build();
  }

  private static Map<String, Object> commit(CommitView commit) {
    return Map.of(
        "id", commit.oid(),
        "title", commit.title(),
        "message", commit.message(),
        "date", Dates.text(commit.date()),
        "authors", List.of(Map.of("user", commit.author())));
  }

  private List<Map<String, Object>> entries(
      Revision revision, List<EntryView> entries, boolean expand) {
    Map<String, CommitView> last =
        expand
            ? revisions.lastCommits(revision, entries.stream().map(EntryView::path).toList())
            : Map.of();
    return entries.stream()
        .map(file -> {
          var entry = ModelInfo.entry(file);
          var commit = last.get(file.path());
          if (commit != null) {
            var brief = new LinkedHashMap<String, Object>();
            brief.put("id", commit.oid());
            brief.put("title", commit.title());
            brief.put("date", Dates.text(commit.date()));
            entry.put("lastCommit", brief);
          }
          var security = expand ? scans.status(file) : null;
          if (security != null) {
            entry.put("securityFileStatus", security);
          }
          return entry;
        })
        .toList();
  }

  private Revision at(String namespace, String name, String revision) {
    return revisions.resolve(repo(namespace, name), revision);
  }

  private RepoView repo(String namespace, String name) {
    return repos.read(new RepoId(namespace, name), current.caller());
  }
}
