package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.syncyte.hub.repo.Search;
import org.syncyte.hub.search.Coverage;
import org.syncyte.web.CoveragePage;
import org.syncyte.web.Pages;

/// The page on which a list of genes finds its models. Asking changes nothing and keeps nothing; it
/// is a `POST` since lists are long.
@Path("/coverage")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class CoveragePages {
  private static final int SHOWN = 100;
  private static final int MAX_ECHO = 30_000;
  private final Coverage coverage;
  private final Browser browser;

  CoveragePages(Coverage coverage, Browser browser) {
    this.coverage = coverage;
    this.browser = browser;
  }

  @GET
  public Response form() {
    return browser.show(() -> Pages.coverage(new CoveragePage(browser.hub(), "", null)));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response ask(@FormParam("genes") @DefaultValue("") String genes) {
    return browser.show(() -> {
      var ranking =
          coverage.rank(
              Coverage.names(genes), Search.text(null, List.of(), 0, 1), browser.caller(), SHOWN);
      var rows =
          ranking.matches().stream()
              .map(match ->
                  new CoveragePage.Row(
                      match.repo().id().toString(),
                      "/" + match.repo().id(),
                      match.repo().tag("model_cls_name"),
                      match.genes(),
                      match.covered()))
              .toList();
      var result =
          new CoveragePage.Result(ranking.genes(), ranking.known(), ranking.models(), rows);
      return Pages.coverage(
          new CoveragePage(browser.hub(), genes.length() > MAX_ECHO ? "" : genes, result));
    });
  }
}
