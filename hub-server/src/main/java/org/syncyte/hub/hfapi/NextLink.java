package org.syncyte.hub.hfapi;

import jakarta.ws.rs.core.UriInfo;
import org.syncyte.hub.BaseUrl;

/// The `Link` to the next page: this request again, with one parameter replaced.
final class NextLink {
  private NextLink() {}

  static String of(BaseUrl base, UriInfo uri, String parameter, String value) {
    var next = uri.getRequestUriBuilder().replaceQueryParam(parameter, value).build();
    return "<" + base.at(next.getRawPath() + "?" + next.getRawQuery()) + ">; rel=\"next\"";
  }
}
