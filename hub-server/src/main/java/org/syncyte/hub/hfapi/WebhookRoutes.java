package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.webhook.Webhooks;
import org.syncyte.hub.webhook.Webhooks.DeliveryView;
import org.syncyte.hub.webhook.Webhooks.Wanted;
import org.syncyte.hub.webhook.Webhooks.Watched;
import org.syncyte.hub.webhook.Webhooks.WebhookView;

/// The caller's webhooks, and what was sent to them.
@Path("/api/settings/webhooks")
@RunOnVirtualThread
class WebhookRoutes {
  private static final int DELIVERIES = 100;
  private final Webhooks webhooks;
  private final CurrentCaller current;

  WebhookRoutes(Webhooks webhooks, CurrentCaller current) {
    this.webhooks = webhooks;
    this.current = current;
  }

  public record Item(@Nullable String type, @Nullable String name) {}

  public record Request(
      @Nullable String url,
      @Nullable List<Item> watched,
      @Nullable List<String> domains,
      @Nullable String secret) {}

  @GET
  public List<Map<String, Object>> list() {
    return webhooks.list(owner(Role.READ)).stream().map(WebhookRoutes::body).toList();
  }

  @POST
  public Map<String, Object> create(Request request) {
    return wrapped(webhooks.create(owner(Role.WRITE), wanted(request)));
  }

  @GET
  @Path("{id}")
  public Map<String, Object> read(@PathParam("id") String id) {
    return wrapped(webhooks.read(owner(Role.READ), Ids.number(id)));
  }

  @POST
  @Path("{id}")
  public Map<String, Object> update(@PathParam("id") String id, Request request) {
    return wrapped(webhooks.update(owner(Role.WRITE), Ids.number(id), wanted(request)));
  }

  @POST
  @Path("{id}/{what:enable|disable}")
  public Map<String, Object> disable(@PathParam("id") String id, @PathParam("what") String what) {
    return wrapped(webhooks.disable(owner(Role.WRITE), Ids.number(id), what.equals("disable")));
  }

  @DELETE
  @Path("{id}")
  public Map<String, Boolean> delete(@PathParam("id") String id) {
    webhooks.delete(owner(Role.WRITE), Ids.number(id));
    return Map.of("success", true);
  }

  @GET
  @Path("{id}/deliveries")
  public List<Map<String, Object>> deliveries(@PathParam("id") String id) {
    long key = Ids.number(id);
    var owner = owner(Role.READ);
    webhooks.read(owner, key);
    return webhooks.deliveries(owner, DELIVERIES).stream()
        .filter(delivery -> delivery.webhook() == key)
        .map(WebhookRoutes::delivery)
        .toList();
  }

  @POST
  @Path("{id}/replay/{delivery}")
  public Map<String, Object> replay(@PathParam("delivery") String delivery) {
    return delivery(webhooks.replay(owner(Role.WRITE), Ids.number(delivery)));
  }

  private Caller.Known owner(Role role) {
    return current.caller().require(role).requireWhole();
  }

  private static Wanted wanted(Request request) {
    var watched =
        request.watched() == null
            ? null
            : request.watched().stream()
                .map(item -> new Watched(text(item.type()), text(item.name())))
                .toList();
    return new Wanted(request.url(), watched, request.domains(), request.secret());
  }

  private static String text(@Nullable String value) {
    if (value == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, "watched: {type, name}");
    }
    return value;
  }

  private static Map<String, Object> wrapped(WebhookView webhook) {
    return Map.of("webhook", body(webhook));
  }

  private static Map<String, Object> body(WebhookView webhook) {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", Ids.hex(webhook.key()));
    body.put("url", webhook.url());
    body.put("watched", webhook.watched());
    body.put("domains", webhook.domains());
    body.put("secret", webhook.secret());
    body.put("disabled", webhook.disabled());
    return body;
  }

  private static Map<String, Object> delivery(DeliveryView delivery) {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", Ids.hex(delivery.key()));
    body.put("event", delivery.event());
    body.put("createdAt", Dates.text(delivery.at()));
    body.put("status", delivery.status().name().toLowerCase(Locale.ROOT));
    body.put("attempts", delivery.attempts());
    body.put("outcome", delivery.outcome());
    body.put("payload", delivery.payload());
    return body;
  }
}
