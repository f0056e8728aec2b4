package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.web.ModelTab;
import org.syncyte.web.NewModelPage;
import org.syncyte.web.Pages;

/// Makes a model: a place for files, which the next page takes.
@Path("/new")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class NewModelPages {
  private final Repos repos;
  private final CurrentCaller current;
  private final Browser browser;

  NewModelPages(Repos repos, CurrentCaller current, Browser browser) {
    this.repos = repos;
    this.current = current;
    this.browser = browser;
  }

  @GET
  public Response empty(@QueryParam("owner") @DefaultValue("") String owner) {
    return browser.show(() -> Pages.newModel(page(browser.visitor(), owner, "", false, null)));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response create(
      @FormParam("form") @Nullable String key,
      @FormParam("owner") @DefaultValue("") String owner,
      @FormParam("name") @DefaultValue("") String name,
      @FormParam("visibility") @DefaultValue("public") String visibility) {
    boolean hidden = visibility.equals("private");
    Caller.Known known;
    try {
      known = current.form(key);
    } catch (HubException refusal) {
      return browser.refused(refusal);
    }
    try {
      var repo = repos.create(new RepoId(owner.strip(), name.strip()), hidden, known);
      return browser.act(key, _ -> "/" + repo.id() + ModelTab.UPLOAD.path());
    } catch (HubException refusal) {
      return browser.show(
          refusal.status(),
          () -> Pages.newModel(page(known, owner, name, hidden, refusal.sentence())));
    }
  }

  private NewModelPage page(
      Caller.Known known, String owner, String name, boolean hidden, @Nullable String problem) {
    List<String> owners =
        Stream.concat(Stream.of(known.name()), known.namespaces().stream())
            .filter(known::canWrite)
            .distinct()
            .toList();
    return new NewModelPage(browser.hub(), owners, owner, name, hidden, problem);
  }
}
