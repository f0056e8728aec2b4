package org.syncyte.hub.account;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Users, tokens and namespaces, for administrators; users manage their own tokens.
@Path("/api/v1")
@RunOnVirtualThread
public class AccountRoutes {
  private final Accounts accounts;
  private final CurrentCaller current;

  AccountRoutes(Accounts accounts, CurrentCaller current) {
    this.accounts = accounts;
    this.current = current;
  }

  public record UserRequest(
      @Nullable String name, @Nullable String fullname, @Nullable Boolean admin) {}

  public record TokenRequest(@Nullable String label, @Nullable Role role, @Nullable Integer days) {}

  @GET
  @Path("users")
  public List<Accounts.AccountView> users() {
    current.caller().require(Role.ADMIN);
    return accounts.list();
  }

  @POST
  @Path("users")
  public Accounts.AccountView create(UserRequest request) {
    current.caller().require(Role.ADMIN);
    if (request.name() == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, "the user's name is missing");
    }
    String fullname = request.fullname() == null ? "" : request.fullname();
    return accounts.create(request.name(), fullname, Boolean.TRUE.equals(request.admin()));
  }

  @DELETE
  @Path("users/{user}")
  public void delete(@PathParam("user") String user) {
    current.caller().require(Role.ADMIN);
    accounts.delete(user);
  }

  @GET
  @Path("users/{user}/tokens")
  public List<Accounts.TokenView> tokens(@PathParam("user") String user) {
    themselvesOrAdmin(user, Role.READ);
    return accounts.tokens(user);
  }

  @POST
  @Path("users/{user}/tokens")
  public Accounts.IssuedToken issue(@PathParam("user") String user, TokenRequest request) {
    var role = request.role() == null ? Role.READ : request.role();
    themselvesOrAdmin(user, role.includes(Role.WRITE) ? role : Role.WRITE);
    var life = request.days() == null ? null : Duration.ofDays(request.days());
    return accounts.issue(user, request.label() == null ? "" : request.label(), role, life);
  }

  @DELETE
  @Path("users/{user}/tokens/{token}")
  public void revoke(@PathParam("user") String user, @PathParam("token") long token) {
    themselvesOrAdmin(user, Role.WRITE);
    accounts.revoke(user, token);
  }

  @PUT
  @Path("namespaces/{namespace}/members/{user}")
  public void join(@PathParam("namespace") String namespace, @PathParam("user") String user) {
    current.caller().require(Role.ADMIN);
    accounts.join(namespace, user);
  }

  @DELETE
  @Path("namespaces/{namespace}/members/{user}")
  public void leave(@PathParam("namespace") String namespace, @PathParam("user") String user) {
    current.caller().require(Role.ADMIN);
    accounts.leave(namespace, user);
  }

  private void themselvesOrAdmin(String user, Role role) {
    var known = current.caller().require(role);
    if (!known.name().equalsIgnoreCase(user)) {
      known.require(Role.ADMIN);
    }
  }
}
