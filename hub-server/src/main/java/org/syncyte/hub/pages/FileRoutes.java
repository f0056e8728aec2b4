package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.Refs;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.hub.trust.FileScans;
import org.syncyte.web.BlobView;
import org.syncyte.web.Fact;
import org.syncyte.web.FilesView;
import org.syncyte.web.HistoryView;
import org.syncyte.web.Link;
import org.syncyte.web.ModelHead;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Pages;
import org.syncyte.web.Paging;

/// A model's files and how they came about.
@Path("/{namespace}/{name}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class FileRoutes {
  private static final int COMMITS_PER_PAGE = 50;
  private static final int MAX_ENTRIES = 1_000;
  private static final int MAX_REVISIONS = 30;
  private final Scenes scenes;
  private final Repos repos;
  private final Revisions revisions;
  private final Refs refs;
  private final Gate gate;
  private final FileScans scans;
  private final Browser browser;

  FileRoutes(
      Scenes scenes,
      Repos repos,
      Revisions revisions,
      Refs refs,
      Gate gate,
      FileScans scans,
      Browser browser) {
    this.scenes = scenes;
    this.repos = repos;
    this.revisions = revisions;
    this.refs = refs;
    this.gate = gate;
    this.scans = scans;
    this.browser = browser;
  }

  @GET
  @Path("tree/{revision}")
  public Response tree(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    return folder(namespace, name, revision, "");
  }

  @GET
  @Path("tree/{revision}/{path:.+}")
  public Response folder(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path) {
    return browser.show(() -> Pages.files(files(scenes.scene(namespace, name, revision), path)));
  }

  @GET
  @Path("blob/{revision}/{path:.+}")
  public Response blob(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @PathParam("path") String path) {
    return browser.show(() -> Pages.blob(blob(scenes.scene(namespace, name, revision), path)));
  }

  @GET
  @Path("commits/{revision}")
  public Response commits(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @QueryParam("page") @DefaultValue("1") String page) {
    return browser.show(() ->
        Pages.history(history(scenes.scene(namespace, name, revision), ModelRoutes.number(page))));
  }

  /// A commit's address, as clients print it, shows its files.
  @GET
  @Path("commit/{revision}")
  public Response commit(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    return folder(namespace, name, revision, "");
  }

  private FilesView files(ModelScene scene, String path) {
    var head = scene.head(ModelTab.FILES);
    var listed = revisions.list(scene.revision(), path, false, null, MAX_ENTRIES).items();
    var last =
        revisions.lastCommits(scene.revision(), listed.stream().map(EntryView::path).toList());
    var entries = new ArrayList<FilesView.Entry>();
    long size = 0;
    for (var entry : listed) {
      var change = last.get(entry.path());
      size += entry.directory() ? 0 : entry.size();
      entries.add(
          new FilesView.Entry(
              entry.name(),
              entry.directory() ? head.tree(entry.path()) : head.blob(entry.path()),
              entry.directory(),
              entry.size(),
              entry.directory() ? null : entry.etag(),
              entry.lfs() ? "sha256" : "git",
              entry.directory() ? null : head.resolve(entry.path()) + "?download=true",
              change == null ? null : change.title(),
              change == null ? null : change.date(),
              entry.directory() ? null : alarm(entry)));
    }
    entries.sort(java.util.Comparator.comparing((FilesView.Entry entry) -> !entry.folder()));
    return new FilesView(head, crumbs(head, path), entries, switches(scene, head), size);
  }

  private @Nullable String alarm(EntryView entry) {
    var scan = FileScans.scannable(entry.path()) ? scans.known(entry) : null;
    if (scan == null) {
      return null;
    }
    return switch (scan.verdict()) {
      case ALLOWED -> null;
      case UNKNOWN -> "unknown names";
      case DANGEROUS -> "quarantined";
    };
  }

  private List<Link> switches(ModelScene scene, ModelHead head) {
    var links = new ArrayList<Link>();
    for (var ref : refs.list(scene.repo())) {
      if (links.size() < MAX_REVISIONS) {
        links.add(
            new Link(
                ref.name(),
                head.base() + "/tree/" + ModelHead.encode(ref.name()),
                ref.name().equals(scene.name())));
      }
    }
    return links;
  }

  private BlobView blob(ModelScene scene, String path) {
    gate.check(scene.repo(), path, browser.caller());
    var file =
        revisions
            .entry(scene.revision(), path)
            .filter(entry -> !entry.directory())
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.ENTRY_NOT_FOUND,
                    "There is no file “" + path + "” at this revision."));
    var head = scene.head(ModelTab.FILES);
    var hashes = new ArrayList<Fact>();
    hashes.add(Fact.of("SHA-256", file.content()));
    hashes.add(Fact.of(file.lfs() ? "git id of the pointer" : "git id", file.oid()));
    return new BlobView(
        head,
        crumbs(head, path),
        file.name(),
        file.size(),
        hashes,
        head.resolve(path) + "?download=true",
        scene.files().text(file).orElse(null));
  }

  private static List<Link> crumbs(ModelHead head, String path) {
    var links = new ArrayList<Link>();
    var parts = path.isEmpty() ? new String[0] : path.split("/", -1);
    var sofar = new StringBuilder();
    for (var i = 0; i < parts.length; i++) {
      sofar.append(i == 0 ? "" : "/").append(parts[i]);
      links.add(new Link(parts[i], head.tree(sofar.toString()), i == parts.length - 1));
    }
    return links;
  }

  private HistoryView history(ModelScene scene, int page) {
    var head = scene.head(ModelTab.HISTORY);
    int total = revisions.depth(scene.revision());
    int skip = (int) Math.min((page - 1L) * COMMITS_PER_PAGE, total);
    var commits = new ArrayList<HistoryView.Entry>();
    var downloads = repos.downloads(scene.repo());
    for (var commit : revisions.history(scene.revision(), skip, COMMITS_PER_PAGE)) {
      commits.add(
          new HistoryView.Entry(
              commit.oid(),
              commit.title().isBlank() ? "(no title)" : commit.title(),
              commit.message().isBlank() ? null : commit.message(),
              commit.author(),
              commit.date(),
              head.base() + "/commit/" + commit.oid(),
              downloads.getOrDefault(commit.oid(), 0L),
              commit.parent() == null
                  ? null
                  : head.base() + "/compare/" + commit.parent() + ".." + commit.oid()));
    }
    var address = head.base() + "/commits/" + ModelHead.encode(head.revision()) + "?page=";
    int last = skip + commits.size();
    return new HistoryView(
        head,
        commits,
        new Paging(
            commits.isEmpty() ? 0 : skip + 1,
            last,
            total,
            page > 1 ? address + (page - 1) : null,
            last < total ? address + (page + 1) : null));
  }
}
