package org.syncyte.hub.s3;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Some S3 clients cannot be given an address with a path. A signed request says itself what it is,
/// so it may also come to the hub's root; unsigned ones must begin with `/s3`.
@ApplicationScoped
class RootAddress {
  static final String SIGNED_URI = "s3.signed-uri";
  private static final int BEFORE_ROUTES = 100;

  void register(@Observes Filters filters) {
    filters.register(RootAddress::route, BEFORE_ROUTES);
  }

  private static void route(RoutingContext context) {
    String uri = context.request().uri();
    String authorization = context.request().getHeader("Authorization");
    boolean signed =
        (authorization != null && authorization.startsWith(SigV4.ALGORITHM))
            || uri.contains("X-Amz-Signature=");
    boolean below = uri.equals(S3Request.ROOT) || uri.startsWith(S3Request.ROOT + "/");
    if (signed && !below && uri.startsWith("/") && context.get(SIGNED_URI) == null) {
      context.put(SIGNED_URI, uri);
      context.reroute(context.request().method(), S3Request.ROOT + uri);
    } else {
      context.next();
    }
  }
}
