package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.account.Organizations.OrganizationView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.web.OwnerPage;
import org.syncyte.web.Pages;
import org.syncyte.web.Paging;

/// A user or an organisation, and its models.
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class OwnerRoutes {
  private final Accounts accounts;
  private final Organizations organizations;
  private final Repos repos;
  private final ModelRows rows;
  private final HomeRoutes home;
  private final Browser browser;
  private final int size;

  OwnerRoutes(
      Accounts accounts,
      Organizations organizations,
      Repos repos,
      ModelRows rows,
      HomeRoutes home,
      Browser browser,
      PagesSettings settings) {
    this.accounts = accounts;
    this.organizations = organizations;
    this.repos = repos;
    this.rows = rows;
    this.home = home;
    this.browser = browser;
    this.size = Math.clamp(settings.models(), 1, 200);
  }

  /// The owner's page; a search among the owner's models is a list like any other.
  @GET
  @Path("{namespace}")
  public Response owner(
      @PathParam("namespace") String namespace,
      @QueryParam("q") @DefaultValue("") String text,
      @QueryParam("filter") @Nullable List<String> filters,
      @QueryParam("sort") @DefaultValue("") String sort,
      @QueryParam("page") @DefaultValue("1") String page) {
    var query = HomeRoutes.query(text, namespace, filters, sort, page);
    return browser.show(() ->
        query.text().isEmpty() && query.filters().isEmpty() && sort.isEmpty()
            ? Pages.owner(page(namespace, query))
            : home.list(query));
  }

  private OwnerPage page(String namespace, ListQuery query) {
    int page = query.page();
    var organization = organizations.find(namespace);
    var person = accounts.find(namespace);
    int skip = (page - 1) * size;
    var found = repos.search(query.search(size), browser.caller());
    if (organization.isEmpty() && person.isEmpty() && found.total() == 0) {
      throw new HubException(ErrorCode.NOT_FOUND, "Nobody is called “" + namespace + "” here.");
    }
    String name =
        organization
            .map(OrganizationView::name)
            .or(() -> person.map(Accounts.Person::name))
            .orElse(namespace);
    int last = skip + found.items().size();
    return new OwnerPage(
        browser.hub(),
        name,
        organization
            .map(OrganizationView::fullname)
            .or(() -> person.map(Accounts.Person::fullname).filter(full -> !full.isBlank()))
            .orElse(name),
        organization.map(OrganizationView::details).orElse(""),
        person.isEmpty(),
        person.isEmpty() ? members(name) : List.of(),
        person.map(one -> accounts.organizations(one.key())).orElse(List.of()),
        organization.isPresent()
            && browser.hub().visitor() != null
            && browser.caller() instanceof Caller.Known known
            && known.administers(name),
        HomeRoutes.facets(query, found),
        found.total() > 1 ? HomeRoutes.sorts(query) : List.of(),
        rows.rows(found.items()),
        new Paging(
            found.items().isEmpty() ? 0 : skip + 1L,
            last,
            found.total(),
            page > 1 ? query.at(page - 1).href() : null,
            last < found.total() ? query.at(page + 1).href() : null));
  }

  private List<OwnerPage.Member> members(String name) {
    return organizations.members(name).stream()
        .map(member -> new OwnerPage.Member(member.name(), member.fullname(), member.role().word()))
        .toList();
  }
}
