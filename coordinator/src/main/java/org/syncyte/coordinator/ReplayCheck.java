package org.syncyte.coordinator;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready when every federation has been read to the end of its journal and is ours to run.
@Readiness
@ApplicationScoped
class ReplayCheck implements HealthCheck {
  private final Coordinator coordinator;

  ReplayCheck(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("federations");
    boolean ready = true;
    for (FederationRuntime runtime : coordinator.runtimes()) {
      ready &= runtime.status() == FederationRuntime.Status.RUNNING;
      response.withData(runtime.name(), runtime.status().name());
    }
    return response.status(ready).build();
  }
}
