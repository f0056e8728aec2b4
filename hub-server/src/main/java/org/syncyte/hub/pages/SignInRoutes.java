package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Sessions;
import org.syncyte.web.LoginPage;
import org.syncyte.web.Pages;

/// Signing in and out.
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class SignInRoutes {
  private final Sessions sessions;
  private final CurrentCaller current;
  private final Browser browser;
  private final Elsewhere elsewhere;
  private final Arrival arrival;

  SignInRoutes(
      Sessions sessions,
      CurrentCaller current,
      Browser browser,
      Elsewhere elsewhere,
      Arrival arrival) {
    this.sessions = sessions;
    this.current = current;
    this.browser = browser;
    this.elsewhere = elsewhere;
    this.arrival = arrival;
  }

  @GET
  @Path("login")
  public Response page(@QueryParam("next") @DefaultValue("/") String next) {
    return browser.show(() -> Pages.login(form("", next, null)));
  }

  @POST
  @Path("login")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response signIn(
      @FormParam("name") @DefaultValue("") String name,
      @FormParam("password") @DefaultValue("") String password,
      @FormParam("next") @DefaultValue("/") String next,
      HttpServerRequest request) {
    try {
      current.requireOwnSite();
      var address = request.remoteAddress();
      String where = address == null ? "" : String.valueOf(address.hostAddress());
      return arrival.welcome(sessions.open(name.strip(), password, where), next);
    } catch (HubException refusal) {
      return browser.show(
          refusal.status(), () -> Pages.login(form(name, next, refusal.sentence())));
    }
  }

  @POST
  @Path("logout")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response signOut(@FormParam("form") @Nullable String key) {
    try {
      current.form(key);
    } catch (HubException refusal) {
      return browser.refused(refusal);
    }
    sessions.close(current.cookie());
    return arrival.goodbye();
  }

  private LoginPage form(String name, String next, @Nullable String problem) {
    String provider = elsewhere.enabled() ? elsewhere.name() : null;
    return new LoginPage(browser.hub(), name, Arrival.local(next), problem, provider);
  }
}
