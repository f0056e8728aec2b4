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
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.web.ModelTab;
import org.syncyte.web.NewModelPage;
import org.syncyte.web.Pages;
import org.syncyte.web.UploadView;

/// Makes a model, and takes files for one. The files themselves go the way that every client's do;
/// the page's script acts with the session and the form's value.
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class UploadPages {
  private final Scenes scenes;
  private final Repos repos;
  private final CurrentCaller current;
  private final Browser browser;

  UploadPages(Scenes scenes, Repos repos, CurrentCaller current, Browser browser) {
    this.scenes = scenes;
    this.repos = repos;
    this.current = current;
    this.browser = browser;
  }

  @GET
  @Path("new")
  public Response empty(@QueryParam("owner") @DefaultValue("") String owner) {
    return browser.show(() -> Pages.newModel(page(browser.visitor(), owner, "", false, null)));
  }

  @POST
  @Path("new")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response create(
      @FormParam("form") @Nullable String key,
      @FormParam("owner") @DefaultValue("") String owner,
      @FormParam("name") @DefaultValue("") String name,
      @FormParam("visibility") @DefaultValue("public") String visibility) {
    boolean hidden = visibility.equals("private");
    Caller.Known known;
    try {
      known = current.form(key);
    } catch (HubException refusal) {
      return browser.refused(refusal);
    }
    try {
      var repo = repos.create(new RepoId(owner.strip(), name.strip()), hidden, known);
      return browser.act(key, _ -> "/" + repo.id() + ModelTab.UPLOAD.path());
    } catch (HubException refusal) {
      return browser.show(
          refusal.status(),
          () -> Pages.newModel(page(known, owner, name, hidden, refusal.sentence())));
    }
  }

  private NewModelPage page(
      Caller.Known known, String owner, String name, boolean hidden, @Nullable String problem) {
    List<String> owners =
        Stream.concat(Stream.of(known.name()), known.namespaces().stream())
            .filter(known::canWrite)
            .distinct()
            .toList();
    return new NewModelPage(browser.hub(), owners, owner, name, hidden, problem);
  }

  @GET
  @Path("{namespace}/{name}/upload")
  public Response upload(@PathParam("namespace") String namespace, @PathParam("name") String name) {
    return browser.show(() -> {
      browser.visitor();
      var repo = repos.write(new RepoId(namespace, name), browser.caller());
      var scene = scenes.scene(repo.id().namespace(), repo.id().name(), null);
      return Pages.upload(
          new UploadView(
              scene.head(ModelTab.UPLOAD),
              UploadView.client(browser.hub().endpoint(), repo.id().toString())));
    });
  }
}
