package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Locale;
import org.syncyte.hub.federation.FederatedRun;
import org.syncyte.hub.federation.FederatedRuns;
import org.syncyte.web.FederationsPage;
import org.syncyte.web.Pages;
import org.syncyte.web.Paging;

/// The overview of public runs. Its script keeps it up to date; without scripts it is true when it
/// is loaded.
@Path("/federations")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class FederationPages {
  private static final int SHOWN = 20;
  private final FederatedRuns runs;
  private final Browser browser;

  FederationPages(FederatedRuns runs, Browser browser) {
    this.runs = runs;
    this.browser = browser;
  }

  @GET
  public Response list(@QueryParam("page") @DefaultValue("1") String number) {
    int at = number.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(number) : 1;
    return browser.show(() -> {
      var page = runs.page((at - 1) * SHOWN, SHOWN);
      int shown = page.runs().size();
      long first = shown == 0 ? 0 : (at - 1L) * SHOWN + 1;
      long last = shown == 0 ? 0 : first + shown - 1;
      return Pages.federations(
          new FederationsPage(
              browser.hub(),
              page.runs().stream().map(FederationPages::row).toList(),
              new Paging(
                  first,
                  last,
                  page.total(),
                  at > 1 ? "/federations?page=" + (at - 1) : null,
                  last > 0 && last < page.total() ? "/federations?page=" + (at + 1) : null),
              page.change()));
    });
  }

  private static FederationsPage.Run row(FederatedRun run) {
    var losses = new ArrayList<Double>();
    run.losses().elboValidation().forEach(loss -> losses.add(loss == null ? Double.NaN : loss));
    return new FederationsPage.Run(
        run.federation(),
        run.run(),
        run.model(),
        run.state().name().toLowerCase(Locale.ROOT),
        run.status(),
        run.committed(),
        run.rounds(),
        run.sites(),
        run.siteNames(),
        losses,
        run.repo(),
        run.declaredAt(),
        run.updatedAt());
  }
}
