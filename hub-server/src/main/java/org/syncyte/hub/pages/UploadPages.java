package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Pages;
import org.syncyte.web.UploadView;

/// Takes files for a model. They go the way that every client's do; the page's script acts with the
/// session and the form's value.
@Path("/{namespace}/{name}/upload")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class UploadPages {
  private final Scenes scenes;
  private final Repos repos;
  private final Browser browser;

  UploadPages(Scenes scenes, Repos repos, Browser browser) {
    this.scenes = scenes;
    this.repos = repos;
    this.browser = browser;
  }

  @GET
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
