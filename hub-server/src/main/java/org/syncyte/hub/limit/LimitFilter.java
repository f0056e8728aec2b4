package org.syncyte.hub.limit;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Refuses a caller's requests above a number, if the operator set one, in the words that clients
/// know: they read from the headers how long to wait, wait, and ask again.
///
/// A caller is a token, else an address. Tokens are not looked up for this, so invented ones would
/// be callers of their own; therefore all requests of one address count together too, up to twenty
/// times as many.
class LimitFilter {
  private static final String REST = LimitFilter.class.getName();
  private static final int CALLERS_OF_AN_ADDRESS = 20;
  private static final Set<String> FREE = Set.of("assets", "q");
  private final LimitSettings settings;
  private final Quota callers;
  private final Quota addresses;

  LimitFilter(LimitSettings settings) {
    this.settings = settings;
    this.callers = new Quota(settings.requests(), settings.window(), Clock.systemUTC());
    this.addresses =
        new Quota(
            (long) settings.requests() * CALLERS_OF_AN_ADDRESS,
            settings.window(),
            Clock.systemUTC());
  }

  @ServerRequestFilter(preMatching = true)
  void count(ContainerRequestContext request, HttpServerRequest connection) {
    if (settings.requests() <= 0 || free(request)) {
      return;
    }
    var remote = connection.remoteAddress();
    String address = remote == null ? "" : String.valueOf(remote.hostAddress());
    String token = request.getHeaderString("Authorization");
    var rest = callers.take(token == null ? "address " + address : "token " + hash(token));
    var all = addresses.take(address);
    request.setProperty(REST, all.refused() ? all : rest);
    if (rest.refused() || all.refused()) {
      long seconds = all.refused() ? all.seconds() : rest.seconds();
      throw new HubException(
              ErrorCode.TOO_MANY,
              "Too many requests: "
                  + settings.requests()
                  + " in "
                  + settings.window().toSeconds()
                  + " seconds; wait "
                  + seconds
                  + " seconds")
          .header("Retry-After", Long.toString(seconds));
    }
  }

  @ServerResponseFilter
  void tell(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(REST) instanceof Quota.Rest rest) {
      var headers = response.getHeaders();
      headers.putSingle(
          "RateLimit", "\"api\";r=" + Math.max(0, rest.left()) + ";t=" + rest.seconds());
      headers.putSingle(
          "RateLimit-Policy",
          "\"fixed window\";\"api\";q="
              + settings.requests()
              + ";w="
              + settings.window().toSeconds());
    }
  }

  private static boolean free(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    String first = path.startsWith("/") ? path.substring(1) : path;
    int slash = first.indexOf('/');
    return FREE.contains(slash < 0 ? first : first.substring(0, slash));
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
