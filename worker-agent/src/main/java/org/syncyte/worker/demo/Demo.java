package org.syncyte.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Three institutions train one model without sharing cells, and a hub shows it: all of it for
/// real, as processes of this machine.
///
/// A second start finds its state again: if the run has ended, nothing is trained anew.
public final class Demo implements AutoCloseable {
  public static final String FEDERATION = "demo";
  public static final String RUN = "pbmc-1";
  public static final String REPO = "demo/pbmc-scvi";

  private static final List<String> SITES = List.of("site-v2", "site-v3", "site-5p");

  private final Installation installation;
  private final DemoOptions options;
  private final Servers servers;
  private final Stage stage;

  /// Hears which stage of the demo is going on.
  public interface Stage {
    void begins(String what);

    void trains(String phase, int round, int rounds, String remark);
  }

  /// What the demo leads to.
  ///
  /// @param page address of the model's page
  /// @param model SHA-256 of the final weights
  /// @param reused whether the run had ended in an earlier start
  public record Outcome(URI page, String repo, String commit, String model, boolean reused) {}

  public Demo(Installation installation, DemoOptions options, Stage stage) {
    this.installation = installation;
    this.options = options;
    this.stage = stage;
    this.servers = new Servers(installation, options);
  }

  public URI hub() {
    return servers.hub();
  }

  /// The page that shows how far the run is.
  public URI overview() {
    return servers.hub().resolve("/federations");
  }

  /// The h5ad file of a site.
  public Path cells(String site) {
    return installation
        .home()
        .resolve("deploy/samples/pbmc")
        .resolve("pbmc_" + site.substring("site-".length()) + ".h5ad");
  }

  /// Starts everything, lets the sites train, and returns when the model is on the hub.
  ///
  /// @throws IllegalStateException if a process does not start or the run does not complete
  public Outcome run() throws IOException, InterruptedException {
    servers.requireFreePorts();
    Files.createDirectories(options.data());
    stage.begins("starting PostgreSQL, Kafka and the hub");
    servers.startBrokerAndHub();
    String admin = Secrets.in(servers.folder("hub").resolve("admin.token"));
    var hub = new Rest(servers.hub(), admin);
    String token = hubToken(hub, "federation.token", "WRITE");
    String reporting = hubToken(hub, "coordinator-hub.token", "COORDINATE");
    stage.begins("starting the coordinator");
    String coordinatorToken = Secrets.in(options.data().resolve("coordinator.token"));
    servers.startCoordinator(coordinatorToken, reporting);
    var coordinator = new Rest(servers.coordinator(), coordinatorToken);
    boolean reused = coordinator.status("/api/v1/runs/" + RUN) == 200;
    stage.begins(reused ? "starting the three sites again" : "starting the three sites");
    enrol(coordinator, token);
    stage.begins("watch the run at " + overview());
    if (!reused) {
      coordinator.write("POST", "/api/v1/federations/" + FEDERATION + "/runs", specification());
    }
    var last = new RunFollower(coordinator, RUN).follow(stage::trains);
    return outcome(last, reused);
  }

  /// A token of the hub's account for the federation, which is no administrator: the sites may
  /// write, the coordinator may also report.
  private String hubToken(Rest hub, String name, String role) throws IOException {
    var file = options.data().resolve(name);
    if (!Files.exists(file)) {
      var account = Map.of("name", FEDERATION, "fullname", "Demo federation");
      if (hub.status("/api/users/" + FEDERATION + "/overview") == 404) {
        hub.write("POST", "/api/v1/users", account);
      }
      var issued =
          hub.write(
              "POST",
              "/api/v1/users/" + FEDERATION + "/tokens",
              Map.of("label", name.replace(".token", ""), "role", role));
      Secrets.write(file, issued.path("token").asText());
    }
    return Secrets.in(file);
  }

  private void enrol(Rest coordinator, String token) throws IOException {
    coordinator.write("POST", "/api/v1/federations/" + FEDERATION, Map.of());
    String key =
        coordinator.read("/api/v1/federations/" + FEDERATION).path("coordinator_key").asText();
    var keys = new LinkedHashMap<String, String>();
    var sites = new ArrayList<DemoSite>();
    for (var id : SITES) {
      var site = new DemoSite(id, cells(id), options.data().resolve("sites").resolve(id));
      site.prepare(FEDERATION, servers.broker(), servers.hub(), token, key);
      keys.put(id, site.publicKey());
      sites.add(site);
    }
    coordinator.write("POST", "/api/v1/federations/" + FEDERATION, Map.of("sites", keys));
    for (var site : sites) {
      servers.startAgent(site);
    }
  }

  private Map<String, Object> specification() throws IOException {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("federation", FEDERATION);
    spec.put("run", RUN);
    spec.put("model", "SCVI");
    spec.put(
        "config",
        Map.of(
            "encode_covariates", "true",
            "use_layer_norm", "both",
            "use_batch_norm", "none",
            "gene_likelihood", "zinb"));
    spec.put("genes", options.genes());
    spec.put("batch_key", "site");
    spec.put("labels_key", "cell_type");
    spec.put("rounds", options.rounds());
    spec.put("epochs_per_round", options.epochsPerRound());
    spec.put("seed", options.seed());
    spec.put("min_sites", SITES.size());
    spec.put("publish", publication());
    spec.put("listing", "sites");
    Files.writeString(
        options.data().resolve("run.json"),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(spec));
    return spec;
  }

  private static Map<String, String> publication() {
    var publish = new LinkedHashMap<String, String>();
    publish.put("repo", REPO);
    publish.put("publisher", SITES.getFirst());
    publish.put("license", "cc-by-4.0");
    publish.put("organism", "Homo sapiens");
    publish.put("tissue", "blood");
    publish.put(
        "description",
        """
        Blood cells (PBMC) of healthy donors, measured with three 10x chemistries at three sites \
        that never showed each other a cell. They agreed on genes and cell types, trained one scVI \
        model together and published it with minified data: where each cell lies in latent space, \
        and no counts.\
        """);
    publish.put(
        "references",
        "Public datasets of 10x Genomics, CC BY 4.0. Lopez et al., Nature Methods 15, 2018.");
    return publish;
  }

  private Outcome outcome(JsonNode last, boolean reused) {
    if (!last.path("outcome").asText().equals("COMPLETED")) {
      throw new IllegalStateException(
          "the run ended as %s (%s); logs are in %s"
              .formatted(
                  last.path("outcome").asText(),
                  last.path("code").asText(),
                  options.data().resolve("logs")));
    }
    String repo = last.path("repo").asText();
    return new Outcome(
        servers.hub().resolve("/" + repo),
        repo,
        last.path("commit").asText(),
        last.path("model_sha256").asText(),
        reused);
  }

  @Override
  public void close() {
    servers.close();
  }
}
