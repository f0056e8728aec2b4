package org.syncyte.hub.pages;

import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.web.ErrorPage;
import org.syncyte.web.Hub;
import org.syncyte.web.ModelHead;
import org.syncyte.web.Pages;

/// The browser at the other end: who it asks for, and how it is answered.
///
/// Every page carries a policy that lets in nothing but the hub's own styles, scripts and pictures,
/// and an `ETag`, the hash of its text: an unchanged page is not sent twice. Refusals become pages
/// for browsers and stay what they are for programs, which the hub's mapper answers.
@RequestScoped
class Browser {
  static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  private final HttpHeaders headers;
  private final UriInfo uri;
  private final Request request;
  private final CurrentCaller current;
  private final String base;
  private final String name;
  private @Nullable Hub hub;

  Browser(
      HttpHeaders headers,
      UriInfo uri,
      Request request,
      CurrentCaller current,
      BaseUrl base,
      PagesSettings settings) {
    this.uri = uri;
    this.request = request;
    this.headers = headers;
    this.current = current;
    this.base = base.toString();
    this.name = settings.name();
  }

  Hub hub() {
    var known = hub;
    if (known == null) {
      String key = current.formKey();
      known =
          new Hub(
              name,
              base,
              !key.isEmpty() && current.caller() instanceof Caller.Known visitor
                  ? new Hub.Visitor(visitor.name(), key)
                  : null);
      hub = known;
    }
    return known;
  }

  boolean secure() {
    return base.startsWith("https:");
  }

  /// Does what a form of this hub asks for, then leads to the address that the action names.
  Response act(@Nullable String key, Function<Caller.Known, String> action) {
    try {
      return secured(Response.seeOther(URI.create(action.apply(current.form(key))))).build();
    } catch (HubException refusal) {
      return refused(refusal);
    }
  }

  /// Who signed in, for pages that are of no use to anybody else.
  Caller.Known visitor() {
    var visitor = hub().visitor();
    if (visitor == null) {
      throw new HubException(ErrorCode.TOKEN_NEEDED, "Sign in first");
    }
    return current.caller().require(Role.READ);
  }

  /// A page that must be kept nowhere.
  Response showOnce(Supplier<TemplateInstance> page) {
    try {
      return secured(Response.ok(page.get().render(), "text/html; charset=utf-8"))
          .header("Cache-Control", "no-store")
          .build();
    } catch (HubException refusal) {
      return refused(refusal);
    }
  }

  /// A page with another status than 200.
  Response show(int status, Supplier<TemplateInstance> page) {
    return reply(status, page.get().render());
  }

  Caller caller() {
    return current.caller();
  }

  /// A page, or the page that says why there is none.
  Response show(Supplier<TemplateInstance> page) {
    try {
      return reply(200, page.get().render());
    } catch (HubException refusal) {
      return refused(refusal);
    }
  }

  /// A page that says why there is none; programs get the refusal itself.
  Response refused(HubException refusal) {
    var accept = headers.getHeaderString(HttpHeaders.ACCEPT);
    if (accept == null || !accept.contains("text/html")) {
      throw refusal;
    }
    if (refusal.code() == ErrorCode.TOKEN_NEEDED) {
      return secured(Response.seeOther(URI.create("/login?next=" + ModelHead.encode(path()))))
          .build();
    }
    // Whether a private model exists is nobody's business, so 401 is told as "nothing here".
    int status = refusal.status() == 401 ? 404 : refusal.status();
    String title =
        status == 404 ? "Nothing is here" : status == 403 ? "Not for you" : "That did not work";
    return reply(
        status, Pages.error(new ErrorPage(hub(), status, title, words(refusal), "")).render());
  }

  private String path() {
    return request.getMethod().equals("GET") ? uri.getRequestUri().getRawPath() : "/";
  }

  private static String words(HubException refusal) {
    return switch (refusal.code()) {
      case REPO_NOT_FOUND -> "There is no model at this address, or it is private.";
      case REVISION_NOT_FOUND -> "This model has no such branch, tag or commit.";
      default -> refusal.sentence();
    };
  }

  private Response reply(int status, String html) {
    var tag = "\"" + hash(html) + "\"";
    var known = headers.getHeaderString(HttpHeaders.IF_NONE_MATCH);
    var reply =
        status == 200 && known != null && known.contains(tag)
            ? Response.notModified()
            : Response.status(status).type("text/html; charset=utf-8").entity(html);
    return secured(reply)
        .header("ETag", tag)
        .header(
            "Cache-Control",
            caller() instanceof Caller.Anonymous ? "no-cache" : "private, no-cache")
        .header("Vary", "Authorization, Accept, Cookie")
        .build();
  }

  static Response.ResponseBuilder secured(Response.ResponseBuilder reply) {
    return reply
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "same-origin")
        .header("Cross-Origin-Opener-Policy", "same-origin");
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
