package org.syncyte.hub.s3;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.UUID;
import org.syncyte.hub.HubException;
import org.syncyte.hub.repo.RepoMoved;

/// The S3 address of the hub, `/s3/<namespace>/<repository>/<path>`: says who calls, and sends the
/// request on to what it names, a bucket or an object.
@Path("/s3")
@RunOnVirtualThread
class S3Routes {
  private final Gatekeeper gatekeeper;
  private final S3BucketCalls buckets;
  private final S3ObjectCalls objects;

  S3Routes(Gatekeeper gatekeeper, S3BucketCalls buckets, S3ObjectCalls objects) {
    this.gatekeeper = gatekeeper;
    this.buckets = buckets;
    this.objects = objects;
  }

  private interface Call {
    Response answer(S3Request request, Signed by);
  }

  @HEAD
  @Path("{rest:.*}")
  public Response head(@Context RoutingContext context) {
    return serve(
        context,
        (request, by) ->
            request.key().isEmpty() ? buckets.head(request, by) : objects.head(request, by));
  }

  @GET
  @Path("{rest:.*}")
  public Response get(@Context RoutingContext context) {
    return serve(
        context,
        (request, by) ->
            request.key().isEmpty() ? buckets.get(request, by) : objects.get(request, by));
  }

  @PUT
  @Path("{rest:.*}")
  public Response put(@Context RoutingContext context, InputStream body) {
    return serve(
        context,
        (request, by) ->
            request.key().isEmpty()
                ? buckets.put(request, by)
                : objects.put(request, by, new AwaitedBody(context, body)));
  }

  @POST
  @Path("{rest:.*}")
  public Response post(@Context RoutingContext context, InputStream body) {
    return serve(
        context,
        (request, by) ->
            request.key().isEmpty()
                ? buckets.post(request, by, new AwaitedBody(context, body))
                : objects.post(request, by, new AwaitedBody(context, body)));
  }

  @DELETE
  @Path("{rest:.*}")
  public Response delete(@Context RoutingContext context) {
    return serve(
        context,
        (request, by) -> {
          if (request.key().isEmpty()) {
            throw new S3Refusal(
                S3Code.MethodNotAllowed, "A bucket is a namespace; it ends with its repositories");
          }
          return objects.delete(request, by);
        });
  }

  private Response serve(RoutingContext context, Call call) {
    String id = UUID.randomUUID().toString();
    try {
      var request = S3Request.of(context.request(), context.get(RootAddress.SIGNED_URI));
      var reply = call.answer(request, gatekeeper.identify(request));
      reply.getHeaders().putSingle("x-amz-request-id", id);
      return reply;
    } catch (S3Refusal refusal) {
      return refused(refusal, context, id);
    } catch (HubException refusal) {
      return refused(S3Refusal.of(refusal), context, id);
    } catch (RepoMoved moved) {
      var refusal = new S3Refusal(S3Code.NoSuchKey, String.valueOf(moved.getMessage()));
      return refused(refusal, context, id);
    }
  }

  private static Response refused(S3Refusal refusal, RoutingContext context, String id) {
    var request = context.request();
    var reply =
        Response.status(refusal.code().status())
            .header("x-amz-request-id", id)
            .header("x-amz-error-code", refusal.code().name());
    refusal.headers().forEach(reply::header);
    if (AwaitedBody.waits(context)) {
      // The client waits before it sends the body, and now never will: whatever it sends next on
      // this connection would be taken for that body.
      reply.header("Connection", "close");
      context.addEndHandler(_ -> request.connection().close());
    }
    if (!request.method().equals(HttpMethod.HEAD)) {
      reply
          .type("application/xml")
          .entity(
              Xml.error()
                  .text("Code", refusal.code().name())
                  .text("Message", refusal.sentence())
                  .text("Resource", request.path())
                  .text("RequestId", id)
                  .done());
    }
    return reply.build();
  }
}
