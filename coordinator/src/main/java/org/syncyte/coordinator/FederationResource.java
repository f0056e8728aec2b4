package org.syncyte.coordinator;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Canonical;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.round.Event;
import org.syncyte.federation.round.State;

/// Federations, sites and runs.
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
class FederationResource {
  private final Coordinator coordinator;

  FederationResource(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  /// @param sites site -> public key in PEM
  record Opening(@Nullable Map<String, String> sites) {}

  /// @param publicKey PEM
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Enrolment(@Nullable String site, @Nullable String publicKey) {}

  /// @param coordinatorKey PEM; sites pin it
  /// @param sites site -> when it was heard last, 0 if never
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record FederationView(
      String federation,
      String status,
      boolean open,
      String coordinatorKey,
      String bootstrapServers,
      Map<String, Long> sites,
      List<String> runs,
      @Nullable String active) {}

  private FederationView view(String federation) {
    FederationRuntime runtime = coordinator.runtime(federation);
    State state = runtime.state();
    var sites = new TreeMap<String, Long>();
    state.roster().forEach((site, member) -> sites.put(site, member.heardMs()));
    return new FederationView(
        federation,
        runtime.status().name(),
        state.open(),
        coordinator.publicKey(),
        coordinator.bootstrapServers(),
        sites,
        List.copyOf(state.runs().keySet()),
        state.active());
  }

  @GET
  @RunOnVirtualThread
  @Path("/federations")
  @Operation(summary = "All federations of this coordinator")
  public List<FederationView> federations() {
    return coordinator.runtimes().stream()
        .map(runtime -> runtime.state().federation())
        .filter(id -> !id.isEmpty())
        .map(this::view)
        .toList();
  }

  @POST
  @RunOnVirtualThread
  @Path("/federations/{federation}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Open a federation and enrol its sites; repeating it adds sites")
  public Response open(@PathParam("federation") String federation, @Nullable Opening opening) {
    coordinator.open(federation);
    if (opening != null && opening.sites() != null) {
      opening.sites().forEach((site, key) -> coordinator.enrol(federation, site, key));
    }
    return Response.status(Response.Status.CREATED).entity(view(federation)).build();
  }

  @GET
  @RunOnVirtualThread
  @Path("/federations/{federation}")
  @Operation(summary = "A federation, its sites and runs")
  public FederationView federation(@PathParam("federation") String federation) {
    return view(federation);
  }

  @POST
  @RunOnVirtualThread
  @Path("/federations/{federation}/sites")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Enrol a site; needs no token where enrolment is open")
  public FederationView enrol(
      @PathParam("federation") String federation, @Nullable Enrolment enrolment) {
    if (enrolment == null || enrolment.site() == null || enrolment.publicKey() == null) {
      throw new IllegalArgumentException("an enrolment needs 'site' and 'public_key' (PEM)");
    }
    coordinator.enrol(federation, enrolment.site(), enrolment.publicKey());
    return view(federation);
  }

  @POST
  @RunOnVirtualThread
  @Path("/federations/{federation}/runs")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Declare a run and begin it; the body is a run specification")
  public Response declare(@PathParam("federation") String federation, byte[] body) {
    RunSpec spec = RunSpec.parse(body);
    String json = new String(spec.json(), java.nio.charset.StandardCharsets.UTF_8);
    State state = coordinator.runtime(federation).decide(ms -> new Event.Declared(ms, json));
    return Response.status(Response.Status.CREATED)
        .entity(RunView.of(state.runs().getOrDefault(spec.run(), coordinator.run(spec.run()))))
        .build();
  }

  @GET
  @RunOnVirtualThread
  @Path("/runs/{run}")
  @Operation(summary = "Phase, sites and history of a run")
  public RunView run(@PathParam("run") String run) {
    return RunView.of(coordinator.run(run));
  }

  @POST
  @RunOnVirtualThread
  @Path("/runs/{run}/cancel")
  @Operation(summary = "End a run now")
  public RunView cancel(@PathParam("run") String run) {
    String federation = coordinator.run(run).spec().federation();
    coordinator.runtime(federation).decide(ms -> new Event.Cancelled(ms, run));
    return RunView.of(coordinator.run(run));
  }

  @GET
  @Path("/runs/{run}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @Operation(summary = "The run now, and again whenever it changes, until it ends")
  public Multi<RunView> events(@PathParam("run") String run) {
    String federation = coordinator.run(run).spec().federation();
    return Multi.createFrom()
        .emitter(emitter -> {
          AutoCloseable listening =
              coordinator.listen((where, changed) -> {
                if (where.equals(federation) && changed.spec().run().equals(run)) {
                  emitter.emit(RunView.of(changed));
                  if (changed.ended()) {
                    emitter.complete();
                  }
                }
              });
          emitter.onTermination(() -> close(listening));
          var current = coordinator.run(run);
          emitter.emit(RunView.of(current));
          if (current.ended()) {
            emitter.complete();
          }
        });
  }

  private static void close(AutoCloseable listening) {
    try {
      listening.close();
    } catch (Exception e) {
      throw new IllegalStateException("a listener can always be removed", e);
    }
  }

  /// The document that a specification becomes, with every default: nothing is declared.
  @POST
  @RunOnVirtualThread
  @Path("/specifications")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Check a run specification and show it with its defaults")
  public Map<String, @Nullable Object> check(byte[] body) {
    return Canonical.object(RunSpec.parse(body).json());
  }
}
