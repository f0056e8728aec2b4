package org.syncyte.hub.keep;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.audit.Audit;

/// Collection of garbage, for administrators. Without `dryRun=false` nothing is removed.
@Path("/api/v1/gc")
@RunOnVirtualThread
class GarbageRoutes {
  private final GarbageCollection garbage;
  private final CurrentCaller current;
  private final Audit audit;

  GarbageRoutes(GarbageCollection garbage, CurrentCaller current, Audit audit) {
    this.garbage = garbage;
    this.current = current;
    this.audit = audit;
  }

  /// @param grace what is younger is kept, as an ISO-8601 duration
  @POST
  public Garbage collect(
      @QueryParam("dryRun") @DefaultValue("true") boolean dryRun,
      @QueryParam("grace") @Nullable String grace) {
    var admin = current.caller().require(Role.ADMIN);
    var collected = garbage.collect(dryRun, grace(grace));
    if (!dryRun) {
      audit.record(
          admin.accountId(),
          "gc",
          "hub",
          collected.files() + " files, " + collected.bytes() + " bytes");
    }
    return collected;
  }

  private static Duration grace(@Nullable String text) {
    if (text == null) {
      return GarbageCollection.GRACE;
    }
    try {
      var grace = Duration.parse(text);
      if (grace.isNegative()) {
        throw new HubException(ErrorCode.BAD_REQUEST, "grace: '" + text + "' is negative");
      }
      return grace;
    } catch (DateTimeParseException bad) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "grace: '" + text + "' is not a duration such as PT24H", bad);
    }
  }
}
