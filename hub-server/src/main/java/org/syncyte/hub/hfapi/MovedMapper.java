package org.syncyte.hub.hfapi;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.syncyte.hub.repo.RepoMoved;

/// A moved repository answers with a relative address: clients follow those on `HEAD` too, while an
/// absolute one would be taken for the file's own.
class MovedMapper {
  @ServerExceptionMapper
  Response moved(RepoMoved moved, UriInfo uri) {
    var request = uri.getRequestUri();
    String path = request.getRawPath().replace("/" + moved.from(), "/" + moved.to());
    String query = request.getRawQuery();
    return Response.status(307)
        .header("Location", query == null ? path : path + "?" + query)
        .build();
  }
}
