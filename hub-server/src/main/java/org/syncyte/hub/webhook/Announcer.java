package org.syncyte.hub.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.Arc;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.StatelessSession;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Organizations;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.event.HubEvent;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Writes down, in the transaction of an event, whom to tell of it. A message is there if and only
/// if what it tells of is; sending comes later. An account is told only of what it may read itself.
@ApplicationScoped
class Announcer {
  private final WebhookRepository store;
  private final StatelessSession session;
  private final Accounts accounts;
  private final Organizations organizations;
  private final Repos repos;
  private final Gate gate;
  private final BaseUrl base;
  private final HubSettings hub;
  private final WebhookSettings settings;
  private final Postman postman;
  private final ObjectMapper json;

  Announcer(
      WebhookRepository store,
      StatelessSession session,
      Accounts accounts,
      Organizations organizations,
      Repos repos,
      Gate gate,
      BaseUrl base,
      HubSettings hub,
      WebhookSettings settings,
      Postman postman,
      ObjectMapper json) {
    this.store = store;
    this.session = session;
    this.accounts = accounts;
    this.organizations = organizations;
    this.repos = repos;
    this.gate = gate;
    this.base = base;
    this.hub = hub;
    this.settings = settings;
    this.postman = postman;
    this.json = json;
  }

  void note(@Observes HubEvent event) {
    var repo = event.repo();
    var names =
        List.of(repo.id().toLowerCase(Locale.ROOT), repo.namespace().toLowerCase(Locale.ROOT));
    var watching =
        store.watching(names).stream()
            .filter(webhook -> wants(webhook, event) && mayKnow(webhook, event))
            .toList();
    if (watching.isEmpty() && settings.kafka().isEmpty()) {
      return;
    }
    var body = Payload.of(event, address(), owner(repo.namespace()));
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    for (var webhook : watching) {
      var delivery = new WebhookDelivery();
      delivery.webhookId = webhook.id();
      delivery.event = Payload.name(event);
      delivery.payload = text(Payload.forHook(body, webhook.id()));
      delivery.status = DeliveryStatus.PENDING;
      delivery.outcome = "";
      delivery.nextAt = now;
      delivery.createdAt = now;
      store.insert(delivery);
    }
    if (settings.kafka().isPresent()) {
      session
          .createNativeMutationQuery(
              "insert into event_outbox (key, payload) values (:key, :payload)")
          .setParameter("key", repo.id())
          .setParameter("payload", text(body))
          .executeUpdate();
    }
  }

  void hurry(@Observes(during = TransactionPhase.AFTER_SUCCESS) HubEvent event) {
    postman.ring();
  }

  private static boolean wants(Webhook webhook, HubEvent event) {
    return webhook.domains.contains(event.scope().discussions() ? "discussion" : "repo");
  }

  private boolean mayKnow(Webhook webhook, HubEvent event) {
    Caller.Known owner =
        accounts.acting(webhook.accountId, Role.ADMIN, "webhook", webhook.createdAt);
    var repo = event.repo();
    if (repo.hidden() && !owner.canRead(repo.namespace(), repo.name())) {
      return false;
    }
    return !event.scope().discussions()
        || repos
            .find(new RepoId(repo.namespace(), repo.name()), owner)
            .filter(found -> gate.open(found, owner))
            .isPresent();
  }

  private long owner(String namespace) {
    return organizations
        .find(namespace)
        .map(Organizations.OrganizationView::key)
        .or(() -> accounts.find(namespace).map(Accounts.Person::key))
        .orElse(0L);
  }

  private String address() {
    var known = hub.publicUrl();
    if (known.isPresent()) {
      return known.get().toString().replaceAll("/+$", "");
    }
    try {
      return Arc.container().requestContext().isActive() ? base.toString() : local();
    } catch (RuntimeException outsideAnyRequest) {
      return local();
    }
  }

  private String local() {
    return "http://localhost:" + hub.port();
  }

  private String text(Map<String, Object> body) {
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
