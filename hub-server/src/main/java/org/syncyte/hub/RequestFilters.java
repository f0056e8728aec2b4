package org.syncyte.hub;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// What every request gets: an id that is in the reply and can be searched for, a bound on bodies
/// that are read whole, and a line in the log if it is refused.
class RequestFilters {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9=;:._-]{1,128}");
  private static final Logger LOG = Logger.getLogger(RequestFilters.class);
  private static final int MAX_PATH = 200;
  private final int maxJson;

  RequestFilters(HubSettings settings) {
    maxJson = settings.limits().json();
  }

  @ServerRequestFilter
  void bound(ContainerRequestContext request) {
    if (request.getUriInfo().getRequestUri().toString().contains("%00")) {
      throw new HubException(ErrorCode.BAD_REQUEST, "The address holds a NUL");
    }
    var type = request.getMediaType();
    if (type == null
        || !(type.getSubtype().endsWith("json")
            || type.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE))
        || type.getSubtype().equals("x-ndjson")) {
      return;
    }
    if (request.getLength() > maxJson) {
      throw tooBig();
    }
    if (request.getLength() < 0 && type.getSubtype().endsWith("json")) {
      request.setEntityStream(new Bounded(request.getEntityStream(), maxJson));
    }
  }

  @ServerResponseFilter
  void identify(ContainerRequestContext request, ContainerResponseContext response) {
    String given = request.getHeaderString("X-Amzn-Trace-Id");
    if (given == null) {
      given = request.getHeaderString("X-Request-Id");
    }
    String id = given != null && ID.matcher(given).matches() ? given : UUID.randomUUID().toString();
    response.getHeaders().putSingle("X-Request-Id", id);
    noteRefusal(request, response, id);
  }

  /// One line for each refusal, but for what clients ask in passing: whether something is there.
  /// Signatures and tokens are in queries and headers, which are left out.
  private static void noteRefusal(
      ContainerRequestContext request, ContainerResponseContext response, String id) {
    int status = response.getStatus();
    boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    boolean passing = reads && (status == 401 || status == 404 || status == 416);
    if (status >= 400 && status < 500 && !passing) {
      String path = ProblemMapper.ascii(request.getUriInfo().getRequestUri().getRawPath());
      LOG.infof(
          "refused %s %s: %d %s [%s]",
          request.getMethod(),
          path.length() > MAX_PATH ? path.substring(0, MAX_PATH) + "..." : path,
          status,
          response.getHeaderString("X-Error-Message"),
          id);
    }
  }

  private HubException tooBig() {
    return new HubException(
        ErrorCode.TOO_BIG, "The request body is larger than " + maxJson + " bytes");
  }

  private final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long limit) {
      super(in);
      left = limit;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      count(Math.max(count, 0));
      return count;
    }

    private void count(int count) {
      left -= count;
      if (left < 0) {
        throw tooBig();
      }
    }
  }
}
