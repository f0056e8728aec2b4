package org.syncyte.worker.site;

import org.syncyte.federation.message.Published;
import org.syncyte.worker.hub.HubClient;

/// Publishes a model on the hub: its whole folder in one commit, or nothing.
///
/// Doing it twice is harmless: equal inputs give equal files, and the hub makes no commit when it
/// already has every one of them.
final class HubPublisher implements Publisher {
  private final HubClient hub;
  private final SiteListener listener;

  HubPublisher(HubClient hub, SiteListener listener) {
    this.hub = hub;
    this.listener = listener;
  }

  @Override
  public Published publish(Job job) {
    var spec = job.manifest().spec();
    var target = spec.publish();
    if (target == null) {
      throw new ContractException("publish", "the run does not say where to publish");
    }
    var files = FederatedModel.write(job);
    hub.create(target.repo(), false);
    var commit =
        hub.push(
            target.repo(),
            "main",
            files,
            "Publish %s of federated run %s".formatted(spec.model(), spec.run()),
            listener::transfer);
    return Published.newBuilder().setRepo(target.repo()).setCommit(commit.id()).build();
  }
}
