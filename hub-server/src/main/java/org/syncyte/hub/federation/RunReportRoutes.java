package org.syncyte.hub.federation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;

/// Coordinators tell here how public runs go. Only tokens of the role `COORDINATE` may, which
/// administrators issue: everyone believes what stands in the overview.
@Path("/api/v1/fed/{federation}/runs/{run}")
@RunOnVirtualThread
class RunReportRoutes {
  private final FederatedRuns runs;
  private final RunListeners listeners;
  private final CurrentCaller current;

  RunReportRoutes(FederatedRuns runs, RunListeners listeners, CurrentCaller current) {
    this.runs = runs;
    this.listeners = listeners;
    this.current = current;
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  public void report(
      @PathParam("federation") String federation,
      @PathParam("run") String run,
      @RequestBody(content = @Content(schema = @Schema(implementation = RunReport.class)))
          InputStream body)
      throws IOException {
    var coordinator = current.caller().require(Role.COORDINATE).requireWhole();
    if (!RunReport.ID.matcher(federation).matches() || !RunReport.ID.matcher(run).matches()) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "federation and run are 1 to 32 of a-z, 0-9, -");
    }
    byte[] bytes = body.readNBytes(RunReport.MAX_BYTES + 1);
    if (bytes.length > RunReport.MAX_BYTES) {
      throw new HubException(
          ErrorCode.TOO_BIG, "a report may have " + RunReport.MAX_BYTES + " bytes");
    }
    runs.keep(federation, run, RunReport.read(bytes), coordinator);
    listeners.tell();
  }
}
