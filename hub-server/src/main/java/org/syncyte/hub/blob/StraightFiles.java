package org.syncyte.hub.blob;

import io.netty.handler.codec.http.HttpContentCompressor;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.PathPart;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Lets the kernel send files from disk to socket.
///
/// The server does so only on connections that compress nothing: where a compressor stands in the
/// way it reads every byte into memory, though files are not compressed at all. So a connection
/// over which a file goes loses its compressor; what else it carries goes as it is.
class StraightFiles {
  @ServerResponseFilter
  void straight(ContainerResponseContext response, RoutingContext routing) {
    if (response.getEntity() instanceof PathPart
        && routing.request().connection() instanceof ConnectionBase connection) {
      var handlers = connection.channel().pipeline();
      if (handlers.get(HttpContentCompressor.class) != null) {
        handlers.remove(HttpContentCompressor.class);
      }
    }
  }
}
