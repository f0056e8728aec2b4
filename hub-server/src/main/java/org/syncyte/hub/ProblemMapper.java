package org.syncyte.hub;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.DataException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where failures become replies: status, `X-Error-Code`, `X-Error-Message`, and a
/// JSON body `{"error": …}`. What went wrong inside the hub is logged, not told.
class ProblemMapper {
  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  @ServerExceptionMapper
  Response refused(HubException refusal) {
    var body = new LinkedHashMap<String, Object>();
    body.put("error", refusal.sentence());
    body.putAll(refusal.body());
    var reply =
        Response.status(refusal.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .header("X-Error-Message", ascii(refusal.sentence()))
            .entity(body);
    String code = refusal.code().header();
    if (code != null) {
      reply.header("X-Error-Code", code);
    }
    refusal.headers().forEach(reply::header);
    return reply.build();
  }

  @ServerExceptionMapper
  Response badInput(IllegalArgumentException bad) {
    return refused(new HubException(ErrorCode.BAD_REQUEST, String.valueOf(bad.getMessage()), bad));
  }

  @ServerExceptionMapper
  Response http(WebApplicationException other) {
    int status = other.getResponse().getStatus();
    String message = status == 404 ? "No such route" : String.valueOf(other.getMessage());
    return plain(status, message);
  }

  @ServerExceptionMapper
  Response broken(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case DataException _ -> {
          return refused(
              new HubException(
                  ErrorCode.BAD_REQUEST,
                  "A value is too long or holds characters that cannot be stored"));
        }
        case ConstraintViolationException _ -> {
          return refused(
              new HubException(
                  ErrorCode.EXISTS, "Somebody else made the same thing at the same time"));
        }
        default -> {}
      }
    }
    LOG.error("a request failed", failure);
    return plain(500, "The hub failed; the request id finds the cause in its log");
  }

  private static Response plain(int status, String message) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header("X-Error-Message", ascii(message))
        .entity(new Problem(message))
        .build();
  }

  /// The body of an error reply.
  public record Problem(String error) {}

  static String ascii(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() > 500 ? line.substring(0, 500) : line;
  }
}
