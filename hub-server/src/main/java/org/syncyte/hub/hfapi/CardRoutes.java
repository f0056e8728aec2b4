package org.syncyte.hub.hfapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks a README before it is committed. The reply is JSON whatever the client says it accepts.
@Path("/api/validate-yaml")
@RunOnVirtualThread
public class CardRoutes {
  private final ObjectMapper json;

  CardRoutes(ObjectMapper json) {
    this.json = json;
  }

  public record Request(@Nullable String content, @Nullable String repoType) {}

  public record Remark(String message) {}

  public record Verdict(List<Remark> errors, List<Remark> warnings) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response fromJson(Request request) throws JsonProcessingException {
    return check(request.content());
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response fromForm(@FormParam("content") @Nullable String content)
      throws JsonProcessingException {
    return check(content);
  }

  private Response check(@Nullable String content) throws JsonProcessingException {
    var verdict = CardRules.check(content == null ? "" : content);
    return Response.status(verdict.errors().isEmpty() ? 200 : 400)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(json.writeValueAsString(verdict))
        .build();
  }
}
