package org.syncyte.hub.webhook;

import jakarta.data.Limit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;

/// Accounts' webhooks: make, change and remove them, and see what was sent.
@ApplicationScoped
public class Webhooks {
  private static final Set<String> TYPES =
      Set.of("repo", "model", "user", "org", "dataset", "space", "bucket");
  private static final Set<String> DOMAINS = Set.of("repo", "discussions", "discussion");
  private static final int MOST = 20;
  private static final int MOST_WATCHED = 50;
  private final WebhookRepository store;
  private final Seal seal;
  private final Audit audit;
  private final WebhookSettings settings;

  Webhooks(WebhookRepository store, Seal seal, Audit audit, WebhookSettings settings) {
    this.store = store;
    this.seal = seal;
    this.audit = audit;
    this.settings = settings;
  }

  /// A user, an organisation or a model that is watched.
  public record Watched(String type, String name) {}

  /// What a webhook should be; null leaves what is there, or the default.
  public record Wanted(
      @Nullable String url,
      @Nullable List<Watched> watched,
      @Nullable List<String> domains,
      @Nullable String secret) {}

  /// A webhook as its owner sees it.
  public record WebhookView(
      long key,
      String url,
      List<Watched> watched,
      List<String> domains,
      @Nullable String secret,
      boolean disabled) {
    public WebhookView {
      watched = List.copyOf(watched);
      domains = List.copyOf(domains);
    }
  }

  /// One message and what became of it.
  public record DeliveryView(
      long key,
      long webhook,
      String event,
      Instant at,
      DeliveryStatus status,
      int attempts,
      String outcome,
      String payload) {}

  @Transactional
  public List<WebhookView> list(Caller.Known owner) {
    return store.of(owner.accountId()).stream().map(this::view).toList();
  }

  @Transactional
  public WebhookView read(Caller.Known owner, long key) {
    return view(own(owner, key));
  }

  @Transactional
  public WebhookView create(Caller.Known owner, Wanted wanted) {
    if (wanted.url() == null || wanted.watched() == null || wanted.watched().isEmpty()) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "a webhook needs a url and something that it watches");
    }
    if (store.of(owner.accountId()).size() >= MOST) {
      throw new HubException(ErrorCode.BAD_REQUEST, "at most " + MOST + " webhooks per account");
    }
    var webhook = new Webhook();
    webhook.accountId = owner.accountId();
    webhook.createdAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    webhook.domains = "repo discussions";
    fill(webhook, wanted);
    store.insert(webhook);
    watch(webhook, wanted.watched());
    audit.record(owner.accountId(), "webhook.create", "webhook " + webhook.id, "");
    return view(webhook);
  }

  /// Clients send an empty list of what is watched when they mean to leave it.
  @Transactional
  public WebhookView update(Caller.Known owner, long key, Wanted wanted) {
    var webhook = own(owner, key);
    fill(webhook, wanted);
    store.update(webhook);
    if (wanted.watched() != null && !wanted.watched().isEmpty()) {
      store.unwatch(key);
      watch(webhook, wanted.watched());
    }
    audit.record(owner.accountId(), "webhook.update", "webhook " + key, "");
    return view(webhook);
  }

  @Transactional
  public WebhookView disable(Caller.Known owner, long key, boolean disabled) {
    var webhook = own(owner, key);
    webhook.disabled = disabled;
    store.update(webhook);
    audit.record(
        owner.accountId(), disabled ? "webhook.disable" : "webhook.enable", "webhook " + key, "");
    return view(webhook);
  }

  @Transactional
  public void delete(Caller.Known owner, long key) {
    store.delete(own(owner, key));
    audit.record(owner.accountId(), "webhook.delete", "webhook " + key, "");
  }

  /// The newest messages first.
  @Transactional
  public List<DeliveryView> deliveries(Caller.Known owner, int limit) {
    var keys = store.of(owner.accountId()).stream().map(Webhook::id).toList();
    return keys.isEmpty()
        ? List.of()
        : store.deliveries(keys, Limit.of(limit)).stream().map(Webhooks::view).toList();
  }

  /// Sends a message again.
  @Transactional
  public DeliveryView replay(Caller.Known owner, long key) {
    var delivery =
        store
            .delivery(key)
            .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "no such delivery"));
    own(owner, delivery.webhookId);
    delivery.status = DeliveryStatus.PENDING;
    delivery.attempts = 0;
    delivery.nextAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    store.update(delivery);
    return view(delivery);
  }

  private void fill(Webhook webhook, Wanted wanted) {
    if (wanted.url() != null) {
      var url = Destination.parse(wanted.url());
      try {
        Destination.of(url, settings.allowPrivate());
      } catch (UnknownHostException _) {
        // Names may not be known yet; each delivery asks again.
      }
      webhook.url = url.toString();
    }
    if (wanted.domains() != null) {
      if (wanted.domains().isEmpty() || !DOMAINS.containsAll(wanted.domains())) {
        throw new HubException(ErrorCode.BAD_REQUEST, "domains: repo, discussions or both");
      }
      webhook.domains = String.join(" ", new LinkedHashSet<>(wanted.domains()));
    }
    if (wanted.secret() != null) {
      if (!wanted.secret().matches("[\\x21-\\x7e]{0,200}")) {
        throw new HubException(
            ErrorCode.BAD_REQUEST, "secret: at most 200 printable ASCII characters, no space");
      }
      webhook.secret = wanted.secret().isEmpty() ? null : seal.close(wanted.secret());
    }
  }

  private void watch(Webhook webhook, List<Watched> watched) {
    if (watched.size() > MOST_WATCHED) {
      throw new HubException(ErrorCode.BAD_REQUEST, "watched: at most " + MOST_WATCHED);
    }
    for (var one : watched) {
      if (!TYPES.contains(one.type()) || !one.name().matches("[A-Za-z0-9._/-]{1,194}")) {
        throw new HubException(
            ErrorCode.BAD_REQUEST, "watched: {type: repo, user or org, name: its name}");
      }
      var watch = new WebhookWatch();
      watch.webhookId = webhook.id();
      watch.type = one.type();
      watch.name = one.name();
      store.insert(watch);
    }
  }

  private Webhook own(Caller.Known owner, long key) {
    return store
        .webhook(key)
        .filter(webhook -> webhook.accountId == owner.accountId())
        .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "no such webhook"));
  }

  private WebhookView view(Webhook webhook) {
    return new WebhookView(
        webhook.id(),
        webhook.url,
        store.watches(List.of(webhook.id())).stream()
            .map(watch -> new Watched(watch.type, watch.name))
            .collect(Collectors.toList()),
        List.of(webhook.domains.split(" ")),
        webhook.secret == null ? null : seal.open(webhook.secret),
        webhook.disabled);
  }

  private static DeliveryView view(WebhookDelivery delivery) {
    return new DeliveryView(
        delivery.id(),
        delivery.webhookId,
        delivery.event,
        delivery.createdAt,
        delivery.status,
        delivery.attempts,
        delivery.outcome,
        delivery.payload);
  }
}
