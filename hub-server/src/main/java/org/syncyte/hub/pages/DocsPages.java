package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.syncyte.hub.docs.ApiDocument;
import org.syncyte.hub.docs.Recipes;
import org.syncyte.web.DocsPage;
import org.syncyte.web.Pages;

/// How programs use the hub. The OpenAPI document itself is beside it, `/docs/openapi.json`.
@Path("/docs")
@RunOnVirtualThread
class DocsPages {
  private final ApiDocument document;
  private final Browser browser;

  DocsPages(ApiDocument document, Browser browser) {
    this.document = document;
    this.browser = browser;
  }

  @GET
  @Produces(MediaType.TEXT_HTML)
  public Response docs() {
    return browser.show(() -> {
      var hub = browser.hub();
      return Pages.docs(new DocsPage(hub, Recipes.all(hub.endpoint()), document.topics()));
    });
  }

  @GET
  @Path("schub.py")
  @Produces("text/x-python")
  public Response shim() {
    return Browser.secured(Response.ok(Recipes.shim(), "text/x-python; charset=utf-8"))
        .header("Content-Disposition", "attachment; filename=\"schub.py\"")
        .build();
  }
}
