package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.MemberRole;
import org.syncyte.hub.account.Organizations;

/// What an organisation is and who belongs to it, from the forms on its page. No repository is
/// called `-`.
@Path("/{namespace}/-")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class MemberRoutes {
  private final Organizations organizations;
  private final Browser browser;

  MemberRoutes(Organizations organizations, Browser browser) {
    this.organizations = organizations;
    this.browser = browser;
  }

  @POST
  @Path("details")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response describe(
      @PathParam("namespace") String namespace,
      @FormParam("form") @Nullable String key,
      @FormParam("fullname") @DefaultValue("") String fullname,
      @FormParam("details") @DefaultValue("") String details) {
    return browser.act(
        key,
        known -> {
          String name = organizations.read(namespace).name();
          organizations.describe(name, fullname, details, known);
          return "/" + name;
        });
  }

  @POST
  @Path("members")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response change(
      @PathParam("namespace") String namespace,
      @FormParam("form") @Nullable String key,
      @FormParam("user") @DefaultValue("") String user,
      @FormParam("role") @DefaultValue("") String role) {
    return browser.act(
        key,
        known -> {
          String name = organizations.read(namespace).name();
          if (role.equals("none")) {
            organizations.leave(name, user.strip(), known);
          } else {
            organizations.join(name, user.strip(), MemberRole.of(role), known);
          }
          return "/" + name;
        });
  }
}
