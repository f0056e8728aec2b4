package org.syncyte.hub.account;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Makes organisations, and says who belongs to them.
@Path("/api/v1/organizations")
@RunOnVirtualThread
class OrganizationRoutes {
  private final Organizations organizations;
  private final CurrentCaller current;

  OrganizationRoutes(Organizations organizations, CurrentCaller current) {
    this.organizations = organizations;
    this.current = current;
  }

  public record OrganizationRequest(@Nullable String name, @Nullable String fullname) {}

  public record MemberRequest(@Nullable String role) {}

  @POST
  public Organizations.OrganizationView create(OrganizationRequest request) {
    var author = current.caller().require(Role.WRITE);
    if (request.name() == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, "the organization's name is missing");
    }
    String fullname = request.fullname() == null ? "" : request.fullname();
    return organizations.create(request.name(), fullname, author);
  }

  @GET
  @Path("{organization}/members")
  public List<Organizations.MemberView> members(@PathParam("organization") String name) {
    organizations.read(name);
    return organizations.members(name);
  }

  @PUT
  @Path("{organization}/members/{user}")
  public void join(
      @PathParam("organization") String name,
      @PathParam("user") String user,
      MemberRequest request) {
    var role = MemberRole.of(request.role() == null ? "write" : request.role());
    organizations.join(name, user, role, current.caller().require(Role.WRITE));
  }

  @DELETE
  @Path("{organization}/members/{user}")
  public void leave(@PathParam("organization") String name, @PathParam("user") String user) {
    organizations.leave(name, user, current.caller().require(Role.WRITE));
  }
}
