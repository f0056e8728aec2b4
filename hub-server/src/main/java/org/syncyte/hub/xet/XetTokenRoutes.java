package org.syncyte.hub.xet;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Where to send chunks, and with which token. Newer clients read the body, older ones the headers.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class XetTokenRoutes {
  private final Repos repos;
  private final Xorbs xorbs;
  private final XetPass pass;
  private final CurrentCaller current;
  private final BaseUrl base;

  XetTokenRoutes(Repos repos, Xorbs xorbs, XetPass pass, CurrentCaller current, BaseUrl base) {
    this.repos = repos;
    this.xorbs = xorbs;
    this.pass = pass;
    this.current = current;
    this.base = base;
  }

  public record Token(String casUrl, long exp, String accessToken) {}

  @GET
  @Path("xet-write-token/{revision}")
  public Response writeToken(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision,
      @QueryParam("create_pr") @DefaultValue("") String createPr) {
    var id = new RepoId(namespace, name);
    boolean proposal = !createPr.isEmpty() || XetPass.proposal(revision);
    var repo =
        proposal && !current.caller().canWrite(namespace, name)
            ? repos.contribute(id, current.caller())
            : repos.write(id, current.caller());
    String line = proposal && !XetPass.proposal(revision) ? "None" : revision;
    var known = current.caller().require(Role.WRITE);
    xorbs.sweepDaily();
    long exp = Instant.now().plus(XetPass.LIFE).getEpochSecond();
    String token =
        pass.issue(new XetPass.Claims(known.accountId(), known.role(), repo.key(), line, exp));
    String cas = base.at("/_xet/e" + xorbs.epoch());
    return Response.ok(new Token(cas, exp, token), MediaType.APPLICATION_JSON_TYPE)
        .header("X-Xet-Cas-Url", cas)
        .header("X-Xet-Access-Token", token)
        .header("X-Xet-Token-Expiration", exp)
        .header("Cache-Control", "no-store")
        .build();
  }
}
