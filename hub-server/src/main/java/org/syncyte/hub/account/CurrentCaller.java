package org.syncyte.hub.account;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// The caller of the request being served, looked up once.
@RequestScoped
public class CurrentCaller {
  private final Accounts accounts;
  private final HttpHeaders headers;
  private @Nullable Caller caller;

  CurrentCaller(Accounts accounts, HttpHeaders headers) {
    this.accounts = accounts;
    this.headers = headers;
  }

  public Caller caller() {
    var known = caller;
    if (known == null) {
      known = accounts.authenticate(headers.getHeaderString(HttpHeaders.AUTHORIZATION));
      caller = known;
    }
    return known;
  }
}
