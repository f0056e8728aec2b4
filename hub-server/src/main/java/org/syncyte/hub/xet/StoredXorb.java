package org.syncyte.hub.xet;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/// A xorb that the hub has: its name, and the SHA-256 of its packed bytes.
@Entity
@Table(name = "xet_xorb")
class StoredXorb {
  @Id String hash;
  String sha256;
  long size;
  int chunks;
  long unpacked;
  Instant createdAt;
  Instant mentionedAt;

  @SuppressWarnings("NullAway.Init")
  StoredXorb() {}
}
