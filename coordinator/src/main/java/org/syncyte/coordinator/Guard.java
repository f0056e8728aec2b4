package org.syncyte.coordinator;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/// Who may ask, and how refusals look.
class Guard {
  private static final String PROBLEM = "application/problem+json";

  private final Coordinator coordinator;

  Guard(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @ServerRequestFilter
  public @Nullable Response admit(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    String given = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    boolean enrolment =
        coordinator.openEnrolment()
            && request.getMethod().equals("POST")
            && path.matches("/api/v1/federations/[^/]+/sites");
    if (enrolment
        || (given != null
            && given.startsWith("Bearer ")
            && coordinator.admits(given.substring("Bearer ".length())))) {
      return null;
    }
    return Response.status(401)
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .type(PROBLEM)
        .entity(problem(401, "give the coordinator's token: Authorization: Bearer ..."))
        .build();
  }

  private static Map<String, Object> problem(int status, String detail) {
    return Map.of("type", "about:blank", "status", status, "detail", detail);
  }

  private static RestResponse<Map<String, Object>> reply(int status, RuntimeException e) {
    String detail = e.getMessage() == null ? e.toString() : e.getMessage();
    return RestResponse.ResponseBuilder.<Map<String, Object>>create(status, "")
        .type(MediaType.valueOf(PROBLEM))
        .entity(problem(status, detail))
        .build();
  }

  @ServerExceptionMapper
  public RestResponse<Map<String, Object>> bad(IllegalArgumentException e) {
    return reply(400, e);
  }

  @ServerExceptionMapper
  public RestResponse<Map<String, Object>> unknown(Coordinator.Unknown e) {
    return reply(404, e);
  }

  @ServerExceptionMapper
  public RestResponse<Map<String, Object>> unready(IllegalStateException e) {
    return reply(503, e);
  }
}
