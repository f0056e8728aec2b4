package org.syncyte.hub.audit;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;

/// The record of changes, oldest first, for administrators.
@Path("/api/v1/audit")
@RunOnVirtualThread
public class AuditRoutes {
  private final Audit audit;
  private final CurrentCaller current;

  AuditRoutes(Audit audit, CurrentCaller current) {
    this.audit = audit;
    this.current = current;
  }

  @GET
  public List<Audit.Event> events(
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue("100") int limit) {
    current.caller().require(Role.ADMIN);
    return audit.after(after, Math.clamp(limit, 1, 1000));
  }
}
