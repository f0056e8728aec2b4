package org.syncyte.hub.account;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// The caller of the request being served, looked up once.
///
/// A token speaks for itself. A browser's cookie counts where nothing is changed: a browser sends
/// it along with whatever any site makes it send. Forms prove in [#form] that they are the hub's
/// own. The hub's scripts prove the same by a header with the form's value: another site neither
/// knows the value nor may send the header, since the hub allows no foreign origin to.
@RequestScoped
public class CurrentCaller {
  public static final String COOKIE = "syncyte_session";

  /// What the hub's own scripts send along with the cookie.
  public static final String FORM_HEADER = "X-Syncyte-Form";

  private final Accounts accounts;
  private final HttpHeaders headers;
  private final Sessions sessions;
  private final Request request;
  private @Nullable Caller caller;

  CurrentCaller(Accounts accounts, Sessions sessions, HttpHeaders headers, Request request) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.headers = headers;
    this.request = request;
  }

  public Caller caller() {
    var known = caller;
    if (known == null) {
      String authorization = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
      String script = headers.getHeaderString(FORM_HEADER);
      if (authorization == null && isRead()) {
        known = sessions.caller(cookie()).<Caller>map(one -> one).orElse(new Caller.Anonymous());
      } else if (authorization == null && script != null) {
        known = form(script);
      } else {
        known = accounts.authenticate(authorization);
      }
      caller = known;
    }
    return known;
  }

  /// Refuses what a page of another site makes a browser send.
  public void requireOwnSite() {
    String from = headers.getHeaderString("Sec-Fetch-Site");
    if (from != null && !from.equals("same-origin") && !from.equals("none")) {
      throw new HubException(ErrorCode.FORBIDDEN, "This form does not come from this hub");
    }
  }

  /// The account whose browser sent this form, if the form is one of the hub's own pages.
  public Caller.Known form(@Nullable String key) {
    requireOwnSite();
    String cookie = cookie();
    var known = sessions.caller(cookie);
    if (cookie == null || known.isEmpty()) {
      throw new HubException(ErrorCode.TOKEN_NEEDED, "Sign in first");
    }
    if (!sessions.isFormKey(cookie, key)) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "This form does not come from this hub, or is old; send it again");
    }
    caller = known.get();
    return known.get();
  }

  /// What the forms of this browser carry, or empty if nobody is signed in.
  public String formKey() {
    String cookie = cookie();
    return cookie == null || sessions.caller(cookie).isEmpty() ? "" : sessions.formKey(cookie);
  }

  public @Nullable String cookie() {
    var cookie = headers.getCookies().get(COOKIE);
    return cookie == null ? null : cookie.getValue();
  }

  private boolean isRead() {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }
}
