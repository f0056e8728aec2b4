package org.syncyte.worker.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.syncyte.worker.site.SiteKeys;

/// One institution of the demo: its cells, its policy, its agent's folder.
///
/// @param id site id
/// @param cells its h5ad file; never copied, never opened by anyone but its own agent
/// @param folder settings, keys, journal
record DemoSite(String id, Path cells, Path folder) {
  private static final String POLICY =
      """
      # What this site lets out. The demo's cells are public (CC BY 4.0), so the policy is generous:
      # it even shows latents of single cells. A hospital would say NEVER there.
      version: 1
      site: %s
      purpose: Demonstration with public blood data
      models: [SCVI]
      aggregation: [PLAIN]
      min-sites: 3
      min-cells: 100
      gene-names: SHARE
      batch-names: SHOW
      label-names: SHARE
      statistics: ALLOW
      updates: ALLOW
      private-blocks: EACH_ROUND
      metrics-per-site: SHOW
      latents: ALLOW
      obs-columns: [cell_type, site, assay]
      publish: ALLOW
      error-text: CODE_ONLY
      """;

  private static final String SETTINGS =
      """
      version: 1
      site: %s
      federation: %s
      kafka: %s
      hub: %s
      token-file: hub.token
      data: ['%s']
      folder: state
      policy: policy.yaml
      coordinator-key: coordinator.pub.pem
      """;

  Path settings() {
    return folder.resolve("site.yaml");
  }

  /// Writes the site's files; its keys and its journal stay as they are.
  void prepare(String federation, String kafka, URI hub, String token, String coordinatorKey)
      throws IOException {
    Files.createDirectories(folder.resolve("state"));
    if (!Files.exists(folder.resolve("policy.yaml"))) {
      Files.writeString(folder.resolve("policy.yaml"), POLICY.formatted(id));
    }
    Files.writeString(
        settings(),
        SETTINGS.formatted(
            id, federation, kafka, hub, cells.toAbsolutePath().toString().replace("'", "''")));
    Secrets.write(folder.resolve("hub.token"), token);
    Files.writeString(folder.resolve("coordinator.pub.pem"), coordinatorKey);
    SiteKeys.open(folder.resolve("state"));
  }

  /// The public half of the key that signs this site's messages.
  String publicKey() throws IOException {
    return Files.readString(folder.resolve("state/signing.pub.pem"));
  }
}
