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
class AccountRoutes {
  private final Accounts accounts;
  private final CurrentCaller current;

  AccountRoutes(Accounts accounts, CurrentCaller current) {
    this.accounts = accounts;
    this.current = current;
  }

  public record UserRequest(
      @Nullable String name,
      @Nullable String fullname,
      @Nullable Boolean admin,
      @Nullable String password) {}

  public record TokenRequest(
      @Nullable String label,
      @Nullable Role role,
      @Nullable Integer days,
      @Nullable List<String> places) {}

  public record PasswordRequest(@Nullable String password) {}

  @GET
  @Path("users")
  public List<Accounts.AccountView> users() {
    current.caller().require(Role.ADMIN);
    return accounts.list();
  }

  @POST
  @Path("users")
  public Accounts.AccountView create(UserRequest request) {
    var author = current.caller().require(Role.ADMIN);
    if (request.name() == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, "the user's name is missing");
    }
    String fullname = request.fullname() == null ? "" : request.fullname();
    var created =
        accounts.create(request.name(), fullname, Boolean.TRUE.equals(request.admin()), author);
    if (request.password() != null) {
      accounts.password(created.name(), request.password(), author);
    }
    return created;
  }

  @PUT
  @Path("users/{user}/password")
  public void password(@PathParam("user") String user, PasswordRequest request) {
    String password = request.password() == null ? "" : request.password();
    accounts.password(user, password, themselvesOrAdmin(user, Role.WRITE));
  }

  @DELETE
  @Path("users/{user}")
  public void delete(@PathParam("user") String user) {
    accounts.delete(user, current.caller().require(Role.ADMIN));
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
    var author = themselvesOrAdmin(user, role.privileged() ? Role.ADMIN : Role.WRITE);
    var life = request.days() == null ? null : Duration.ofDays(request.days());
    return accounts.issue(
        user,
        request.label() == null ? "" : request.label(),
        role,
        life,
        request.places() == null ? List.of() : request.places(),
        author);
  }

  @DELETE
  @Path("users/{user}/tokens/{token}")
  public void revoke(@PathParam("user") String user, @PathParam("token") long token) {
    accounts.revoke(user, token, themselvesOrAdmin(user, Role.WRITE));
  }

  @PUT
  @Path("namespaces/{namespace}/members/{user}")
  public void join(@PathParam("namespace") String namespace, @PathParam("user") String user) {
    accounts.join(namespace, user, current.caller().require(Role.ADMIN));
  }

  @DELETE
  @Path("namespaces/{namespace}/members/{user}")
  public void leave(@PathParam("namespace") String namespace, @PathParam("user") String user) {
    accounts.leave(namespace, user, current.caller().require(Role.ADMIN));
  }

  private Caller.Known themselvesOrAdmin(String user, Role role) {
    var known = current.caller().require(role).requireWhole();
    return known.name().equalsIgnoreCase(user) ? known : known.require(Role.ADMIN);
  }
}
