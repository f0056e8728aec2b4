package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.webhook.DeliveryStatus;
import org.syncyte.hub.webhook.Webhooks;
import org.syncyte.web.Figures;
import org.syncyte.web.Pages;
import org.syncyte.web.WebhooksPage;

/// An account's webhooks, and what was sent to them of late.
@Path("/settings/webhooks")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class WebhookPageRoutes {
  private static final int DELIVERIES = 50;
  private final Webhooks webhooks;
  private final Organizations organizations;
  private final Browser browser;

  WebhookPageRoutes(Webhooks webhooks, Organizations organizations, Browser browser) {
    this.webhooks = webhooks;
    this.organizations = organizations;
    this.browser = browser;
  }

  @GET
  public Response list() {
    return browser.show(() -> Pages.webhooks(page(browser.visitor())));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response create(
      @FormParam("form") @Nullable String key,
      @FormParam("url") @DefaultValue("") String url,
      @FormParam("watched") @DefaultValue("") String watched,
      @FormParam("secret") @DefaultValue("") String secret) {
    return browser.act(
        key,
        known -> {
          var names =
              Stream.of(watched.strip().split("[\\s,]+"))
                  .filter(name -> !name.isEmpty())
                  .map(name -> new Webhooks.Watched(type(name), name))
                  .toList();
          webhooks.create(known, new Webhooks.Wanted(url, names, null, secret));
          return "/settings/webhooks";
        });
  }

  private String type(String name) {
    return name.contains("/") ? "model" : organizations.find(name).isPresent() ? "org" : "user";
  }

  @POST
  @Path("{id}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response change(
      @PathParam("id") long id,
      @FormParam("form") @Nullable String key,
      @FormParam("do") @DefaultValue("") String what) {
    return browser.act(
        key,
        known -> {
          switch (what) {
            case "enable" -> webhooks.disable(known, id, false);
            case "disable" -> webhooks.disable(known, id, true);
            case "delete" -> webhooks.delete(known, id);
            default -> throw new HubException(ErrorCode.BAD_REQUEST, "no such button: " + what);
          }
          return "/settings/webhooks";
        });
  }

  @POST
  @Path("deliveries/{delivery}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response replay(
      @PathParam("delivery") long delivery, @FormParam("form") @Nullable String key) {
    return browser.act(
        key,
        known -> {
          webhooks.replay(known, delivery);
          return "/settings/webhooks";
        });
  }

  private WebhooksPage page(Caller.Known known) {
    var hooks = webhooks.list(known);
    var urls =
        hooks.stream()
            .collect(Collectors.toMap(Webhooks.WebhookView::key, Webhooks.WebhookView::url));
    return new WebhooksPage(
        browser.hub(),
        hooks.stream()
            .map(hook ->
                new WebhooksPage.Hook(
                    Long.toString(hook.key()),
                    hook.url(),
                    hook.watched().stream()
                        .map(Webhooks.Watched::name)
                        .collect(Collectors.joining(", ")),
                    String.join(", ", hook.domains()),
                    hook.disabled()))
            .toList(),
        webhooks.deliveries(known, DELIVERIES).stream()
            .map(one ->
                new WebhooksPage.Delivery(
                    one.key(),
                    urls.getOrDefault(one.webhook(), ""),
                    one.event(),
                    Figures.minute(one.at()),
                    one.status() == DeliveryStatus.PENDING && one.outcome().isEmpty()
                        ? "on its way"
                        : one.outcome()
                            + (one.status() == DeliveryStatus.PENDING
                                ? ", will be tried again"
                                : ""),
                    one.status() == DeliveryStatus.SENT))
            .toList());
  }
}
