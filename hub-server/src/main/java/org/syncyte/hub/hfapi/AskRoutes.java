package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.access.AccessRequests;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;

/// Asks for a gated model's files: programs with a token, people with the form on its page.
@Path("/{namespace}/{name}/ask-access")
@RunOnVirtualThread
class AskRoutes {
  private final Repos repos;
  private final AccessRequests requests;
  private final CurrentCaller current;

  AskRoutes(Repos repos, AccessRequests requests, CurrentCaller current) {
    this.repos = repos;
    this.requests = requests;
    this.current = current;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Map<String, String> fromJson(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @Nullable Map<String, Object> fields) {
    var repo = repos.read(new RepoId(namespace, name), current.caller());
    var known = current.caller().require(Role.READ).requireWhole();
    return Map.of("status", requests.ask(known, repo, fields == null ? Map.of() : fields).word());
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response fromForm(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      MultivaluedMap<String, String> form) {
    var known = current.form(form.getFirst("form"));
    var repo = repos.read(new RepoId(namespace, name), known);
    var fields = new LinkedHashMap<String, String>();
    form.forEach((key, values) -> {
      if (!key.equals("form") && !values.isEmpty() && !values.getFirst().isBlank()) {
        fields.put(key, values.getFirst().strip());
      }
    });
    requests.ask(known, repo, fields);
    return Response.seeOther(URI.create("/" + repo.id() + "/access")).build();
  }
}
