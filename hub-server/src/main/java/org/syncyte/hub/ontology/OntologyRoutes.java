package org.syncyte.hub.ontology;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.audit.Audit;

/// Says which ontologies are known; administrators load them.
@Path("/api/v1/ontologies")
@RunOnVirtualThread
class OntologyRoutes {
  private final Ontologies ontologies;
  private final CurrentCaller current;
  private final Audit audit;

  OntologyRoutes(Ontologies ontologies, CurrentCaller current, Audit audit) {
    this.ontologies = ontologies;
    this.current = current;
    this.audit = audit;
  }

  @GET
  public List<Ontologies.Loaded> all() {
    return ontologies.all();
  }

  /// @param source the ontology's name here, such as `uberon`
  /// @param body the ontology in OBO format
  @PUT
  @Path("{source}")
  public Ontologies.Loaded load(@PathParam("source") String source, InputStream body)
      throws IOException {
    var admin = current.caller().require(Role.ADMIN);
    var loaded = ontologies.load(source, body);
    audit.record(admin.accountId(), "ontology.load", source, loaded.terms() + " terms");
    return loaded;
  }
}
