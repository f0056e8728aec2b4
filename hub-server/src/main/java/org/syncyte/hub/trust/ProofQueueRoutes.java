package org.syncyte.hub.trust;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.Repos;

/// Agents ask here what to prove.
@Path("/api/v1/proofs")
@RunOnVirtualThread
class ProofQueueRoutes {
  private final NativeProofs proofs;
  private final Repos repos;
  private final Gate gate;
  private final CurrentCaller current;

  ProofQueueRoutes(NativeProofs proofs, Repos repos, Gate gate, CurrentCaller current) {
    this.proofs = proofs;
    this.repos = repos;
    this.gate = gate;
    this.current = current;
  }

  public record Wanted(String repo, String commit) {}

  /// @param next where the next page begins, or null
  public record Page(List<Wanted> wanted, @Nullable String next) {}

  /// The newest commits on main that the caller may have and that were not proved of late.
  ///
  /// @param olderThan reports older than this count as missing
  @GET
  @Path("wanted")
  public Page wanted(
      @QueryParam("olderThan") @DefaultValue("PT24H") String olderThan,
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue("100") int limit) {
    var caller = current.caller().require(Role.PROVE);
    int size = Math.clamp(limit, 1, 1000);
    var found = proofs.waiting(Instant.now().minus(duration(olderThan)), after, size);
    var wanted = new ArrayList<Wanted>();
    for (var one : found) {
      var repo = repos.byKey(one.repo()).orElse(null);
      if (repo != null && repos.find(repo.id(), caller).isPresent() && gate.open(repo, caller)) {
        wanted.add(new Wanted(repo.id().toString(), one.commit()));
      }
    }
    return new Page(wanted, found.size() < size ? null : Long.toString(found.getLast().repo()));
  }

  private static Duration duration(String text) {
    try {
      var duration = Duration.parse(text);
      if (!duration.isNegative() && duration.toDays() <= 36_500) {
        return duration;
      }
    } catch (DateTimeParseException | ArithmeticException _) {
      // The refusal below says what is wanted.
    }
    throw new HubException(
        ErrorCode.BAD_REQUEST, "olderThan: '" + text + "' is not a duration such as PT24H");
  }
}
