package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Search;

/// Users and organisations. Nobody follows anybody here, so those lists are empty.
@Path("/api")
@RunOnVirtualThread
class PeopleRoutes {
  private final Accounts accounts;
  private final Organizations organizations;
  private final Repos repos;
  private final CurrentCaller current;
  private final BaseUrl base;

  PeopleRoutes(
      Accounts accounts,
      Organizations organizations,
      Repos repos,
      CurrentCaller current,
      BaseUrl base) {
    this.accounts = accounts;
    this.organizations = organizations;
    this.repos = repos;
    this.current = current;
    this.base = base;
  }

  @GET
  @Path("users/{user}/overview")
  public Map<String, Object> user(@PathParam("user") String user) {
    var person = person(user);
    var body = brief(person.key(), person.name(), person.fullname());
    body.put("numModels", models(person.name()));
    body.put("numDatasets", 0);
    body.put("numSpaces", 0);
    body.put("numFollowers", 0);
    body.put("numFollowing", 0);
    body.put("createdAt", Dates.text(person.createdAt()));
    body.put(
        "orgs",
        accounts.organizations(person.key()).stream()
            .map(name -> organizations.find(name))
            .flatMap(java.util.Optional::stream)
            .map(this::organization)
            .toList());
    return body;
  }

  @GET
  @Path("users/{user}/{which:followers|following}")
  public List<Map<String, Object>> around(@PathParam("user") String user) {
    person(user);
    return List.of();
  }

  @GET
  @Path("organizations/{organization}/overview")
  public Map<String, Object> organizationNamed(@PathParam("organization") String name) {
    var found = organizations.read(name);
    var body = organization(found);
    body.put("details", found.details());
    body.put("numUsers", found.members());
    body.put("numModels", models(found.name()));
    body.put("numDatasets", 0);
    body.put("numSpaces", 0);
    body.put("numFollowers", 0);
    return body;
  }

  @GET
  @Path("organizations/{organization}/members")
  public List<Map<String, Object>> members(@PathParam("organization") String name) {
    organizations.read(name);
    return organizations.members(name).stream()
        .map(member -> {
          var body = brief(member.key(), member.name(), member.fullname());
          body.put("role", member.role().word());
          return body;
        })
        .toList();
  }

  @GET
  @Path("organizations/{organization}/followers")
  public List<Map<String, Object>> followers(@PathParam("organization") String name) {
    organizations.read(name);
    return List.of();
  }

  private Map<String, Object> brief(long key, String name, String fullname) {
    var body = new LinkedHashMap<String, Object>();
    body.put("_id", Ids.hex(key));
    body.put("user", name);
    body.put("fullname", fullname.isEmpty() ? name : fullname);
    body.put("avatarUrl", base.at("/assets/mark.svg"));
    body.put("isPro", false);
    body.put("type", "user");
    return body;
  }

  private Map<String, Object> organization(Organizations.OrganizationView found) {
    var body = new LinkedHashMap<String, Object>();
    body.put("_id", Ids.hex(found.key()));
    body.put("name", found.name());
    body.put("fullname", found.fullname());
    body.put("avatarUrl", base.at("/assets/mark.svg"));
    body.put("type", "org");
    return body;
  }

  private long models(String namespace) {
    var all = new Search(null, namespace, List.of(), Search.Only.ANY, Search.Sort.ID, false, 0, 1);
    return repos.search(all, current.caller()).total();
  }

  private Accounts.Person person(String name) {
    return accounts
        .find(name)
        .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "no user '" + name + "'"));
  }
}
