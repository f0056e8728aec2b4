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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.account.Role;
import org.syncyte.web.Figures;
import org.syncyte.web.Pages;
import org.syncyte.web.ProfilePage;
import org.syncyte.web.TokensPage;

/// An account's own pages: what others see of it, its password, its organisations, its tokens.
@Path("/settings")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class SettingsRoutes {
  private final Accounts accounts;
  private final Organizations organizations;
  private final CurrentCaller current;
  private final Browser browser;

  SettingsRoutes(
      Accounts accounts, Organizations organizations, CurrentCaller current, Browser browser) {
    this.accounts = accounts;
    this.organizations = organizations;
    this.current = current;
    this.browser = browser;
  }

  @GET
  public Response profile() {
    return browser.show(() -> {
      var known = browser.visitor();
      var person = accounts.find(known.name()).orElseThrow();
      return Pages.profile(
          new ProfilePage(
              browser.hub(),
              person.fullname(),
              person.email(),
              accounts.hasPassword(known.name()),
              known.memberships().stream()
                  .map(one -> new ProfilePage.Membership(one.namespace(), one.role().word()))
                  .toList()));
    });
  }

  @POST
  @Path("profile")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response describe(
      @FormParam("form") @Nullable String key,
      @FormParam("fullname") @DefaultValue("") String fullname,
      @FormParam("email") @DefaultValue("") String email) {
    return browser.act(
        key,
        known -> {
          accounts.describe(known.name(), fullname, email, known);
          return "/settings";
        });
  }

  @POST
  @Path("password")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response password(
      @FormParam("form") @Nullable String key,
      @FormParam("password") @DefaultValue("") String password) {
    return browser.act(
        key,
        known -> {
          accounts.password(known.name(), password, known);
          return "/login";
        });
  }

  @POST
  @Path("organizations")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response found(
      @FormParam("form") @Nullable String key,
      @FormParam("name") @DefaultValue("") String name,
      @FormParam("fullname") @DefaultValue("") String fullname) {
    return browser.act(
        key, known -> "/" + organizations.create(name.strip(), fullname, known).name());
  }

  @GET
  @Path("tokens")
  public Response tokens() {
    return browser.show(() -> Pages.tokens(tokens(browser.visitor(), null)));
  }

  /// The reply shows the secret, the only time anybody sees it; it must not stay in any cache.
  @POST
  @Path("tokens")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response issue(
      @FormParam("form") @Nullable String key,
      @FormParam("label") @DefaultValue("") String label,
      @FormParam("role") @DefaultValue("READ") String role,
      @FormParam("places") @DefaultValue("") String places,
      @FormParam("days") @DefaultValue("") String days) {
    return browser.showOnce(() -> {
      var known = current.form(key);
      var issued =
          accounts.issue(
              known.name(),
              label.isBlank() ? "token" : label,
              role.equals("WRITE") ? Role.WRITE : Role.READ,
              life(days),
              Stream.of(places.strip().split("[\\s,]+")).filter(one -> !one.isEmpty()).toList(),
              known);
      return Pages.tokens(tokens(known, issued.token()));
    });
  }

  private static @Nullable Duration life(String days) {
    if (days.isEmpty()) {
      return null;
    }
    if (!days.matches("[1-9][0-9]{0,3}")) {
      throw new HubException(ErrorCode.BAD_REQUEST, "days: a number, or nothing for ever");
    }
    return Duration.ofDays(Integer.parseInt(days));
  }

  @POST
  @Path("tokens/{number}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response revoke(
      @PathParam("number") long number, @FormParam("form") @Nullable String key) {
    return browser.act(
        key,
        known -> {
          accounts.revoke(known.name(), number, known);
          return "/settings/tokens";
        });
  }

  private TokensPage tokens(Caller.Known known, @Nullable String fresh) {
    List<TokensPage.Token> tokens =
        accounts.tokens(known.name()).stream()
            .map(token ->
                new TokensPage.Token(
                    token.id(),
                    token.label().isBlank() ? "token " + token.id() : token.label(),
                    switch (token.role()) {
                      case READ -> "read";
                      case WRITE -> "read and write";
                      case ADMIN -> "administer";
                      case PROVE -> "read, and report proofs";
                      case COORDINATE -> "read and write, and report runs";
                    },
                    Figures.day(token.createdAt()),
                    day(token.expiresAt(), "never"),
                    day(token.lastUsedAt(), "never"),
                    token.places()))
            .toList();
    return new TokensPage(browser.hub(), tokens, fresh);
  }

  private static String day(@Nullable Instant at, String otherwise) {
    return at == null ? otherwise : Figures.day(at);
  }
}
