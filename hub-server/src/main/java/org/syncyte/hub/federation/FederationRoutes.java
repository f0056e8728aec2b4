package org.syncyte.hub.federation;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// The public runs, for everyone.
@Path("/api/federations")
class FederationRoutes {
  private static final int MAX_LIMIT = 100;
  private static final int MAX_OFFSET = 1_000_000;
  private final FederatedRuns runs;
  private final RunListeners listeners;

  FederationRoutes(FederatedRuns runs, RunListeners listeners) {
    this.runs = runs;
    this.listeners = listeners;
  }

  /// @param change the newest change of any run: where to begin listening
  /// @param next address of the next page, or null
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record RunPage(List<FederatedRun> runs, long total, long change, @Nullable String next) {}

  @GET
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  public RunPage list(
      @QueryParam("offset") @DefaultValue("0") int offset,
      @QueryParam("limit") @DefaultValue("20") int limit) {
    int from = Math.clamp(offset, 0, MAX_OFFSET);
    int size = Math.clamp(limit, 1, MAX_LIMIT);
    var page = runs.page(from, size);
    int end = from + page.runs().size();
    boolean more = !page.runs().isEmpty() && end < page.total();
    return new RunPage(
        page.runs(),
        page.total(),
        page.change(),
        more ? "/api/federations?offset=" + end + "&limit=" + size : null);
  }

  @GET
  @RunOnVirtualThread
  @Path("{federation}/{run}")
  @Produces(MediaType.APPLICATION_JSON)
  public FederatedRun run(
      @PathParam("federation") String federation, @PathParam("run") String run) {
    return runs.run(federation, run)
        .orElseThrow(() ->
            new HubException(ErrorCode.NOT_FOUND, "No public run of this name is known here"));
  }

  /// Each event is a run as it stands now, under the number of its last change.
  ///
  /// @param lastEventId what a client sends when it comes again
  /// @param after the same for a client that comes first
  @GET
  @Path("events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @APIResponse(
      responseCode = "200",
      description = "Events named run; their id is the number of the change, their data a run",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = FederatedRun.class)))
  public Multi<OutboundSseEvent> events(
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("after") @Nullable String after,
      @Context Sse sse) {
    return listeners.listen(sse, number(lastEventId != null ? lastEventId : after));
  }

  private static long number(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return -1;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "Last-Event-ID is the number of a change, such as 17");
    }
    return Long.parseLong(text);
  }
}
