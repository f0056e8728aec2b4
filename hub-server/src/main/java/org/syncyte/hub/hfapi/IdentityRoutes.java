package org.syncyte.hub.hfapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.account.Role;

/// Who the token belongs to.
@Path("/api/whoami-v2")
@RunOnVirtualThread
class IdentityRoutes {
  private final CurrentCaller current;
  private final Accounts accounts;
  private final Organizations organizations;

  IdentityRoutes(CurrentCaller current, Accounts accounts, Organizations organizations) {
    this.current = current;
    this.accounts = accounts;
    this.organizations = organizations;
  }

  public record Organization(
      String type, String id, String name, String fullname, String roleInOrg) {}

  /// One place that a fine-grained token is good for, and what for.
  public record Scope(Entity entity, List<String> permissions) {}

  public record Entity(String type, String name) {}

  public record FineGrained(List<String> global, List<Scope> scoped) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AccessToken(
      String displayName, String role, String createdAt, @Nullable FineGrained fineGrained) {}

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
    var memberships =
        known.memberships().stream()
            .map(member -> {
              var found = organizations.find(member.namespace());
              return new Organization(
                  "org",
                  found.map(one -> Ids.hex(one.key())).orElse(member.namespace()),
                  member.namespace(),
                  found.map(Organizations.OrganizationView::fullname).orElse(member.namespace()),
                  member.role().word());
            })
            .toList();
    String role = known.role().includes(Role.WRITE) ? "write" : "read";
    var token =
        new AccessToken(
            known.tokenLabel(),
            known.places().isEmpty() ? role : "fineGrained",
            Dates.text(known.tokenCreatedAt()),
            known.places().isEmpty() ? null : fineGrained(known, role));
    return new WhoAmI(
        "user",
        Ids.hex(known.accountId()),
        known.name(),
        known.fullname(),
        accounts.find(known.name()).map(Accounts.Person::email).orElse(""),
        false,
        memberships,
        new Auth("access_token", token));
  }

  private static FineGrained fineGrained(Caller.Known known, String role) {
    var permissions =
        role.equals("read")
            ? List.of("repo.content.read")
            : List.of("repo.content.read", "repo.write");
    return new FineGrained(
        List.of(),
        known.places().stream()
            .map(place ->
                new Scope(
                    new Entity(
                        place.contains("/")
                            ? "model"
                            : place.equalsIgnoreCase(known.name()) ? "user" : "org",
                        place),
                    permissions))
            .toList());
  }
}
