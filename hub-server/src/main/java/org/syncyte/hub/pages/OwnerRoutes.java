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
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.account.Organizations.OrganizationView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Search;
import org.syncyte.web.OwnerPage;
import org.syncyte.web.Pages;
import org.syncyte.web.Paging;

/// A user or an organisation, and its models.
@Path("/{namespace}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class OwnerRoutes {
  private final Accounts accounts;
  private final Organizations organizations;
  private final Repos repos;
  private final ModelRows rows;
  private final Browser browser;
  private final int size;

  OwnerRoutes(
      Accounts accounts,
      Organizations organizations,
      Repos repos,
      ModelRows rows,
      Browser browser,
      PagesSettings settings) {
    this.accounts = accounts;
    this.organizations = organizations;
    this.repos = repos;
    this.rows = rows;
    this.browser = browser;
    this.size = Math.clamp(settings.models(), 1, 200);
  }

  @GET
  public Response owner(
      @PathParam("namespace") String namespace,
      @QueryParam("page") @DefaultValue("1") String page) {
    return browser.show(() -> Pages.owner(page(namespace, ModelRoutes.number(page))));
  }

  private OwnerPage page(String namespace, int page) {
    var organization = organizations.find(namespace);
    var person = accounts.find(namespace);
    int skip = (page - 1) * size;
    var search =
        new Search(null, namespace, List.of(), Search.Sort.LAST_MODIFIED, true, skip, size);
    var found = repos.search(search, browser.caller());
    if (organization.isEmpty() && person.isEmpty() && found.total() == 0) {
      throw new HubException(ErrorCode.NOT_FOUND, "Nobody is called “" + namespace + "” here.");
    }
    String name =
        organization
            .map(OrganizationView::name)
            .or(() -> person.map(Accounts.Person::name))
            .orElse(namespace);
    int last = skip + found.items().size();
    String address = "/" + name + "?page=";
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
        rows.rows(found.items()),
        new Paging(
            found.items().isEmpty() ? 0 : skip + 1L,
            last,
            found.total(),
            page > 1 ? address + (page - 1) : null,
            last < found.total() ? address + (page + 1) : null));
  }

  private List<OwnerPage.Member> members(String name) {
    return organizations.members(name).stream()
        .map(member -> new OwnerPage.Member(member.name(), member.fullname(), member.role().word()))
        .toList();
  }
}
