package org.syncyte.hub.xet;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;

/// Takes xorbs and shards. Downloads do not come this way, and no chunk is ever offered for reuse:
/// clients know by themselves what they sent.
@Path("/_xet/e{epoch}")
@RunOnVirtualThread
class CasRoutes {
  private final XetPass pass;
  private final Accounts accounts;
  private final Repos repos;
  private final Xorbs xorbs;
  private final Ingest ingest;
  private final ShardReport report;

  CasRoutes(
      XetPass pass,
      Accounts accounts,
      Repos repos,
      Xorbs xorbs,
      Ingest ingest,
      ShardReport report) {
    this.pass = pass;
    this.accounts = accounts;
    this.repos = repos;
    this.xorbs = xorbs;
    this.ingest = ingest;
    this.report = report;
  }

  private record Access(Caller.Known caller, RepoView repo) {}

  /// What the token allows now: the account may have lost its rights since it was given out.
  private Access access(String epoch, @Nullable String authorization) {
    var claims = pass.check(authorization);
    if (!epoch.equals(xorbs.epoch())) {
      throw new HubException(
          ErrorCode.NOT_FOUND, "This upload address is no longer valid; begin the upload again");
    }
    var caller =
        accounts.acting(
            claims.account(),
            claims.role(),
            "upload",
            Instant.ofEpochSecond(claims.exp()).minus(XetPass.LIFE));
    return new Access(
        caller,
        XetPass.proposal(claims.ref())
            ? repos.contribute(claims.repo(), caller)
            : repos.write(claims.repo(), caller));
  }

  @GET
  @Path("v1/chunks/{prefix}/{hash}")
  public Response chunk(
      @PathParam("epoch") String epoch,
      @HeaderParam("Authorization") @Nullable String authorization) {
    access(epoch, authorization);
    throw new HubException(ErrorCode.NOT_FOUND, "This hub offers no chunks");
  }

  @POST
  @Path("v1/xorbs/{prefix}/{hash}")
  public Map<String, Boolean> xorb(
      @PathParam("epoch") String epoch,
      @PathParam("hash") String hash,
      @HeaderParam("Authorization") @Nullable String authorization,
      InputStream body) {
    var access = access(epoch, authorization);
    boolean fresh = xorbs.put(XetHash.parse(hash), body, access.caller().accountId());
    return Map.of("was_inserted", fresh);
  }

  @POST
  @Path("v1/shards")
  public Map<String, Integer> shard(
      @PathParam("epoch") String epoch,
      @HeaderParam("Authorization") @Nullable String authorization,
      InputStream body)
      throws IOException {
    var access = access(epoch, authorization);
    boolean fresh = ingest.take(shard(body), access.repo(), access.caller(), new Progress());
    return Map.of("result", fresh ? 1 : 0);
  }

  /// Answers while it works, and tells in words what is wrong with a shard.
  @POST
  @Path("v2/shards")
  public Response shardWithProgress(
      @PathParam("epoch") String epoch,
      @HeaderParam("Authorization") @Nullable String authorization,
      InputStream body)
      throws IOException {
    var access = access(epoch, authorization);
    byte[] bytes = shard(body);
    StreamingOutput lines =
        out ->
            report.follow(
                out, progress -> ingest.take(bytes, access.repo(), access.caller(), progress));
    return Response.ok(lines).type("application/x-ndjson").build();
  }

  private static byte[] shard(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(Shard.MAX_SIZE + 1);
    if (bytes.length > Shard.MAX_SIZE) {
      throw new HubException(
          ErrorCode.TOO_BIG, "a shard may have at most " + Shard.MAX_SIZE + " bytes");
    }
    return bytes;
  }

  /// Clients tell how fast they were. Nobody here wants to know.
  @POST
  @Path("v1/telemetry")
  public Response telemetry() {
    return Response.ok().build();
  }
}
