package org.syncyte.hub.pages;

import io.quarkus.oidc.IdToken;
import io.quarkus.oidc.OidcSession;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Sessions;

/// Signing in with an identity provider. It is asked once, by the code flow; whoever comes back
/// with its word gets a session of the hub's own, and the provider's tokens are forgotten. An
/// account is known by issuer and subject, which never change hands; names and addresses can.
@Path("/login/oidc")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class OidcRoutes {
  @Inject
  @IdToken
  @SuppressWarnings("NullAway.Init")
  JsonWebToken token;

  private final OidcSession provider;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Arrival arrival;

  OidcRoutes(OidcSession provider, Accounts accounts, Sessions sessions, Arrival arrival) {
    this.provider = provider;
    this.accounts = accounts;
    this.sessions = sessions;
    this.arrival = arrival;
  }

  @GET
  @Authenticated
  public Response arrive(@QueryParam("next") @DefaultValue("/") String next) {
    long account =
        accounts.vouched(
            token.getIssuer() + " " + token.getSubject(),
            claim("preferred_username", token.getSubject()),
            claim("name", ""),
            claim("email", ""));
    provider.logout().await().indefinitely();
    return arrival.welcome(sessions.open(account), next);
  }

  private String claim(String name, String otherwise) {
    return token.getClaim(name) instanceof String text && !text.isBlank() ? text : otherwise;
  }
}
