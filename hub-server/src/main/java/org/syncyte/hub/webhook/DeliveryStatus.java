package org.syncyte.hub.webhook;

/// What became of a message.
public enum DeliveryStatus {
  PENDING,
  SENT,
  FAILED
}
