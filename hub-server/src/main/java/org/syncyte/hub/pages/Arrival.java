package org.syncyte.hub.pages;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Sessions;

/// Gives browsers their cookie, and takes it back. Scripts cannot read it, and other sites' forms
/// do not send it.
@RequestScoped
class Arrival {
  private final Browser browser;

  Arrival(Browser browser) {
    this.browser = browser;
  }

  /// Sends a browser that has just signed in where it wanted to go.
  Response welcome(String session, String next) {
    return Browser.secured(Response.seeOther(URI.create(local(next))))
        .cookie(cookie(session, (int) Sessions.LIFE.toSeconds()))
        .build();
  }

  Response goodbye() {
    return Browser.secured(Response.seeOther(URI.create("/"))).cookie(cookie("", 0)).build();
  }

  private NewCookie cookie(String value, int seconds) {
    return new NewCookie.Builder(CurrentCaller.COOKIE)
        .value(value)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .secure(browser.secure())
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }

  /// An address on this hub, whatever the form says.
  static String local(String next) {
    return next.matches("/|/[A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,500}")
        ? next
        : "/";
  }
}
