package org.syncyte.hub;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The hub's address as the client sees it: the configured one, else what a proxy says, else the
/// `Host` header.
@RequestScoped
public class BaseUrl {
  private final HubSettings settings;
  private final HttpHeaders headers;
  private final UriInfo uri;

  BaseUrl(HubSettings settings, HttpHeaders headers, UriInfo uri) {
    this.settings = settings;
    this.headers = headers;
    this.uri = uri;
  }

  @Override
  public String toString() {
    return settings.publicUrl().map(BaseUrl::trimmed).orElseGet(this::seen);
  }

  /// Absolute address of a path that begins with a slash.
  public String at(String path) {
    return this + path;
  }

  /// What stands before every path, behind a proxy that gives the hub a part of its own address;
  /// else empty.
  public String prefix() {
    return URI.create(toString()).getRawPath();
  }

  private String seen() {
    URI request = uri.getRequestUri();
    String scheme = first("X-Forwarded-Proto", request.getScheme());
    String host = first("X-Forwarded-Host", first("Host", request.getAuthority()));
    return trimmed(URI.create(scheme + "://" + host + first("X-Forwarded-Prefix", "")));
  }

  private String first(String header, String otherwise) {
    @Nullable String value = headers.getHeaderString(header);
    return value == null || value.isBlank() ? otherwise : value.split(",", 2)[0].strip();
  }

  private static String trimmed(URI url) {
    return url.toString().replaceAll("/+$", "");
  }
}
