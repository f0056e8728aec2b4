package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.discussion.Discussions;
import org.syncyte.hub.discussion.Status;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.web.Pages;

/// What people say about a model, and the forms they say it with.
@Path("/{namespace}/{name}/discussions")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class TalkRoutes {
  private final Talks talks;
  private final Repos repos;
  private final Discussions discussions;
  private final Browser browser;

  TalkRoutes(Talks talks, Repos repos, Discussions discussions, Browser browser) {
    this.talks = talks;
    this.repos = repos;
    this.discussions = discussions;
    this.browser = browser;
  }

  @GET
  public Response list(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("which") @DefaultValue("open") String which,
      @QueryParam("page") @DefaultValue("1") String page) {
    return browser.show(
        () -> Pages.discussions(talks.list(namespace, name, which, ModelRoutes.number(page))));
  }

  @GET
  @Path("new")
  public Response empty(@PathParam("namespace") String namespace, @PathParam("name") String name) {
    return browser.show(() -> {
      browser.visitor();
      return Pages.discussion(talks.empty(namespace, name));
    });
  }

  @GET
  @Path("{num:[0-9]{1,9}}")
  public Response one(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num) {
    return browser.show(() -> Pages.discussion(talks.one(namespace, name, num)));
  }

  @POST
  @Path("{num:[0-9]{1,9}}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response act(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("num") int num,
      @FormParam("form") @Nullable String key,
      @FormParam("do") @DefaultValue("") String what,
      @FormParam("title") @DefaultValue("") String title,
      @FormParam("text") @DefaultValue("") String text,
      @FormParam("comment") @DefaultValue("0") long comment) {
    return browser.act(
        key,
        known -> {
          var repo = repos.contribute(new RepoId(namespace, name), known);
          return "/"
              + repo.id()
              + "/discussions/"
              + done(known, repo, num, what, title, text, comment);
        });
  }

  private int done(
      Caller.Known known,
      RepoView repo,
      int num,
      String what,
      String title,
      String text,
      long comment) {
    switch (what) {
      case "create" -> {
        return discussions.open(known, repo, title, text, false).num();
      }
      case "comment" -> discussions.comment(known, repo, num, text);
      case "hide" -> discussions.hide(known, repo, num, comment);
      case "rename" -> discussions.rename(known, repo, num, title);
      case "close" -> discussions.change(known, repo, num, Status.CLOSED, text);
      case "open" -> discussions.change(known, repo, num, Status.OPEN, text);
      case "merge" -> discussions.merge(known, repo, num, text);
      default -> throw new HubException(ErrorCode.BAD_REQUEST, "no such button: " + what);
    }
    return num;
  }
}
