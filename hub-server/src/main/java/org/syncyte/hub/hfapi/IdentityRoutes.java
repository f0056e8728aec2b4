package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Locale;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;

/// Who the token belongs to.
@Path("/api/whoami-v2")
@RunOnVirtualThread
public class IdentityRoutes {
  private final CurrentCaller current;

  IdentityRoutes(CurrentCaller current) {
    this.current = current;
  }

  public record Organization(
      String type, String id, String name, String fullname, String roleInOrg) {}

  public record AccessToken(String displayName, String role, String createdAt) {}

  public record Auth(String type, AccessToken accessToken) {}

  public record WhoAmI(
      String type,
      String id,
      String name,
      String fullname,
      String email,
      boolean isPro,
      List<Organization> orgs,
      Auth auth) {}

  @GET
  public WhoAmI whoami() {
    var known = current.caller().require(Role.READ);
    var organizations =
        known.namespaces().stream()
            .map(name -> new Organization("org", name, name, name, "write"))
            .toList();
    String role = known.role() == Role.READ ? Role.READ.name() : Role.WRITE.name();
    var token =
        new AccessToken(
            known.tokenLabel(), role.toLowerCase(Locale.ROOT), Dates.text(known.tokenCreatedAt()));
    return new WhoAmI(
        "user",
        Ids.hex(known.accountId()),
        known.name(),
        known.fullname(),
        "",
        false,
        organizations,
        new Auth("access_token", token));
  }
}
