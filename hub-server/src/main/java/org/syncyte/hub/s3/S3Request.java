package org.syncyte.hub.s3;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as it came: the address is taken apart here and nowhere else, since a signature covers
/// its exact bytes. `path` is what the client signed; bucket and key are decoded.
record S3Request(
    String method,
    String path,
    List<Parameter> query,
    MultiMap headers,
    String host,
    String bucket,
    String key) {
  static final String ROOT = "/s3";
  private static final int MAX_ADDRESS = 16_384;

  /// One query parameter, decoded. `?uploads` has an empty value.
  record Parameter(String name, String value) {}

  S3Request {
    query = List.copyOf(query);
  }

  static S3Request of(HttpServerRequest request, @Nullable String signedUri) {
    String uri = signedUri == null ? request.uri() : signedUri;
    var headers = request.headers();
    String host = headers.get("Host");
    if (host == null) {
      host = String.valueOf(request.authority());
    }
    String forwarded = headers.get("X-Forwarded-Host");
    return of(
        request.method().name(),
        uri,
        headers,
        forwarded == null || forwarded.isBlank() ? host : forwarded.split(",", 2)[0].strip());
  }

  static S3Request of(String method, String uri, MultiMap headers, String host) {
    if (uri.length() > MAX_ADDRESS) {
      throw new S3Refusal(S3Code.InvalidArgument, "the address is too long");
    }
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    var query = new ArrayList<Parameter>();
    for (String pair : mark < 0 ? new String[0] : uri.substring(mark + 1).split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1).replace("+", "%20");
        query.add(new Parameter(PercentCode.decode(name), PercentCode.decode(value)));
      }
    }
    String below =
        path.equals(ROOT) || path.startsWith(ROOT + "/") ? path.substring(ROOT.length()) : path;
    String name = PercentCode.decode(below.startsWith("/") ? below.substring(1) : below);
    int slash = name.indexOf('/');
    return new S3Request(
        method,
        path,
        query,
        headers,
        host,
        slash < 0 ? name : name.substring(0, slash),
        slash < 0 ? "" : name.substring(slash + 1));
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  boolean has(String parameter) {
    return query.stream().anyMatch(one -> one.name().equals(parameter));
  }

  @Nullable String parameter(String name) {
    return query.stream()
        .filter(one -> one.name().equals(name))
        .map(Parameter::value)
        .findFirst()
        .orElse(null);
  }

  String parameter(String name, String otherwise) {
    String value = parameter(name);
    return value == null ? otherwise : value;
  }

  int number(String name, int otherwise, int min, int max) {
    String value = parameter(name);
    if (value == null || value.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException _) {
      throw new S3Refusal(S3Code.InvalidArgument, name + " '" + value + "' is not a number");
    }
    throw new S3Refusal(
        S3Code.InvalidArgument, name + " " + value + ": " + min + " to " + max + " is allowed");
  }
}
