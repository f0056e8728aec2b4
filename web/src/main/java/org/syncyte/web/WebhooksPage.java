package org.syncyte.web;

import java.util.List;

/// An account's webhooks, and what was sent to them of late.
public record WebhooksPage(Hub hub, List<Hook> hooks, List<Delivery> deliveries) {
  public WebhooksPage {
    hooks = List.copyOf(hooks);
    deliveries = List.copyOf(deliveries);
  }

  /// One webhook.
  public record Hook(String id, String url, String watched, String domains, boolean disabled) {}

  /// One message and what became of it.
  public record Delivery(
      long number, String url, String event, String when, String outcome, boolean good) {}
}
