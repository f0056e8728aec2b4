package org.syncyte.hub.hfapi;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.repo.RepoMoved;

/// A moved repository answers with a relative address: clients follow those on `HEAD` too, while an
/// absolute one would be taken for the file's own. Where the address does not name the repository,
/// a redirect would lead nowhere.
class MovedMapper {
  private final BaseUrl base;

  MovedMapper(BaseUrl base) {
    this.base = base;
  }

  @ServerExceptionMapper
  Response moved(RepoMoved moved, UriInfo uri) {
    var request = uri.getRequestUri();
    String path = request.getRawPath().replace("/" + moved.from(), "/" + moved.to());
    if (path.equals(request.getRawPath())) {
      String message = "Repository not found: " + moved.from() + "; it is now " + moved.to();
      return Response.status(404)
          .header("X-Error-Code", ErrorCode.REPO_NOT_FOUND.header())
          .header("X-Error-Message", message)
          .type(MediaType.APPLICATION_JSON_TYPE)
          .entity(Map.of("error", message))
          .build();
    }
    String query = request.getRawQuery();
    return Response.status(307)
        .header("Location", base.prefix() + (query == null ? path : path + "?" + query))
        .build();
  }
}
