package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A token's secret as the vault sealed it.
@Entity
@Table(name = "token_secret")
class TokenSecret {
  @Id Long tokenId;

  byte[] sealed;

  @SuppressWarnings("NullAway.Init")
  TokenSecret() {}

  TokenSecret(long tokenId, byte[] sealed) {
    this.tokenId = tokenId;
    this.sealed = sealed.clone();
  }
}
