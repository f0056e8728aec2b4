package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.ModelCard;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Layout;
import org.syncyte.federation.message.Envelope.BodyCase;
import org.syncyte.federation.round.Run;
import org.syncyte.models.Fit;
import org.syncyte.onnx.runtime.QueryMapper;
import org.syncyte.worker.folder.Durable;
import org.syncyte.worker.hub.HubClient;
import org.syncyte.worker.hub.Progress;
import org.syncyte.worker.hub.SmallHub;

class LocalFederationTest {
  @TempDir Path folder;
  private final SmallHub hub = new SmallHub();
  private final Map<String, SiteAgent> agents = new LinkedHashMap<>();
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void offline() {
    System.setProperty("ai.djl.offline", "true");
  }

  @AfterEach
  void stop() {
    agents.values().forEach(SiteAgent::close);
    hub.close();
  }

  @Test
  void trainsAndPublishesOneModelOfThreeSites() throws Exception {
    var run = conduct("LOCAL", 3, true, folder, null);
    assertThat(run.phase().toString()).contains("COMPLETED");
    assertThat(run.rounds()).hasSize(3);
    assertThat(run.rounds()).allSatisfy(round -> assertThat(round.survivors()).hasSize(3));
    assertThat(hub.commits).isEqualTo(1);
    assertThat(hub.files.keySet())
        .contains(
            "model.pt",
            "model.safetensors",
            "model.onnx",
            "expression.onnx",
            "adata.h5ad",
            "latent_map.json",
            "README.md",
            "_scvi_required_metadata.json",
            "proof.json",
            "training.json");
    assertThat(seen).contains("epoch").contains("round");

    var pulled = folder.resolve("pulled");
    new HubClient(hub.address(), SmallHub.TOKEN).pull("demo/toy", "main", pulled, Progress.SILENT);
    var saved = TorchArchive.read(pulled.resolve("model.pt"));
    assertThat(saved.varNames()).hasSize(20);
    try (var fit = Fit.of(saved)) {
      assertThat(fit.registry().batches()).hasSize(3).allMatch(name -> name.matches(".*/.{10}"));
      assertThat(fit.registry().labels()).containsExactly("B", "NK", "T");
      assertThat(fit.cells()).isEqualTo(180);
    }
    var proof =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(pulled.resolve("proof.json").toFile());
    assertThat(proof.path("passed").asBoolean()).as(proof.toString()).isTrue();
    var cells = H5ad.read(pulled.resolve("adata.h5ad"));
    assertThat(cells.cells()).isEqualTo(180);
    assertThat(cells.layer(null).toCsr().stored()).isZero();
    assertThat(cells.obs().columns()).containsKeys("cell_type", "site", "observed_lib_size");
    assertThat(cells.obs().columns()).doesNotContainKey("donor_secret");
    assertThat(cells.obs().index()).noneMatch(name -> name.contains("barcode"));
    var card = ModelCard.parse(java.nio.file.Files.readString(pulled.resolve("README.md")));
    assertThat(card.licence()).contains("cc-by-4.0");
    assertThat(card.body()).contains("batch:s1/");
    try (var mapper = QueryMapper.open(pulled, 1)) {
      var query = cells("s9", 30, 99, List.of("B", "T"));
      assertThat(mapper.map(query).data().obsm()).containsKey(QueryMapper.LATENT);
    }
  }

  @Test
  void givesTheSameModelTwiceAndMovesColumnsWhereAllAgree() {
    var first = conduct("EACH_ROUND", 2, false, folder, null);
    agents.values().forEach(SiteAgent::close);
    agents.clear();
    var second = conduct("EACH_ROUND", 2, false, folder.resolve("again"), folder);
    assertThat(last(second)).isEqualTo(last(first));
    var blobs = new FolderBlobs(folder.resolve("blobs"));
    var layout = Layout.parse(blobs.read(java.util.Objects.requireNonNull(second.layout())));
    var before = Safetensors.read(blobs.read(second.rounds().getFirst().model()));
    var after = Safetensors.read(blobs.read(second.rounds().getLast().model()));
    assertThat(layout.tensors().stream().flatMap(tensor -> tensor.blocks().stream()).toList())
        .isNotEmpty()
        .allSatisfy(
            block -> assertThat(Columns.same(layout, before, after, block.weightKey())).isFalse());
  }

  private static String last(Run run) {
    return run.rounds().getLast().model().sha256();
  }

  private Run conduct(
      String privateBlocks, int rounds, boolean publish, Path base, @Nullable Path secrets) {
    var blobs = new FolderBlobs(base.resolve("blobs"));
    var conductor = new Conductor(blobs, "demo");
    var labels =
        Map.of("s1", List.of("B", "T"), "s2", List.of("B", "NK"), "s3", List.of("NK", "T"));
    int seed = 1;
    for (var site : List.of("s1", "s2", "s3")) {
      var file = base.resolve(site + ".h5ad");
      Durable.write(file, new byte[0]);
      H5ad.write(cells(site, 60, seed++, labels.getOrDefault(site, List.of())), file);
      agents.put(site, agent(site, file, base, secrets, blobs, conductor, privateBlocks));
    }
    conductor.declare(
        """
        {"federation":"demo","run":"toy","model":"SCVI","batch_key":"site","labels_key":"cell_type",
         "config":{"n_latent":"4","n_hidden":"16"},"genes":20,"rounds":%d,"epochs_per_round":2,
         "batch_size":32,"n_epochs_kl_warmup":4,"min_sites":3%s}
        """
            .formatted(
                rounds,
                publish
                    ? ",\"publish\":{\"repo\":\"demo/toy\",\"publisher\":\"s2\","
                        + "\"license\":\"cc-by-4.0\",\"tissue\":\"blood\"}"
                    : ""));
    var run = conductor.conduct(agents);
    for (var message : conductor.said) {
      assertThat(message.getBodyCase()).as(message.toString()).isNotEqualTo(BodyCase.DECLINE);
      if (message.hasPlainUpdate()) {
        var tensors = Safetensors.read(blobs.read(Blob.of(message.getPlainUpdate().getUpdate())));
        assertThat(tensors.tensors()).isNotEmpty();
      }
    }
    return run;
  }

  private SiteAgent agent(
      String site,
      Path file,
      Path base,
      @Nullable Path secrets,
      FolderBlobs blobs,
      Conductor conductor,
      String privateBlocks) {
    var state = base.resolve(site);
    if (secrets != null) {
      Durable.write(
          state.resolve("names.secret"), Durable.read(secrets.resolve(site + "/names.secret")));
    }
    var keys = SiteKeys.open(state);
    conductor.enrol(site, keys);
    var policy =
        Policy.parse(
            """
            version: 1
            site: %s
            models: [SCVI]
            aggregation: [PLAIN]
            min-sites: 3
            min-cells: 10
            gene-names: SHARE
            label-names: SHARE
            statistics: ALLOW
            updates: ALLOW
            private-blocks: %s
            metrics-per-site: SHOW
            latents: ALLOW
            obs-columns: [cell_type, site]
            publish: ALLOW
            """
                .formatted(site, privateBlocks));
    var names = new Names(site, keys.nameSecret(), policy.allows(PolicyKey.BATCH_NAMES));
    var listener =
        new SiteListener() {
          @Override
          public void epoch(
              String run, int round, int epoch, int epochs, double elbo, double cellsPerSecond) {
            assertThat(elbo).isFinite();
            assertThat(epoch).isBetween(1, epochs);
            seen.add("epoch");
          }

          @Override
          public void round(String run, int round, int rounds) {
            seen.add("round");
          }

          @Override
          public void declined(String run, String reason, String detail, String why) {
            throw new AssertionError(reason + " " + detail + ": " + why);
          }
        };
    var config =
        new SiteConfig(
            site,
            "demo",
            "localhost:1",
            URI.create("http://localhost:1"),
            null,
            List.of(file),
            state,
            base.resolve("policy.yaml"),
            null,
            Map.of());
    var line = conductor.lines.getOrDefault(site, new MemoryBus.Broker());
    var agent =
        new SiteAgent(
            new Commands.Site(
                config,
                policy,
                SiteData.open(List.of(file)),
                names,
                blobs,
                List.of("SCVI"),
                (manifest, data) -> FitModel.start(manifest, data, names),
                new PosteriorMinified(site, policy, names),
                new HubPublisher(new HubClient(hub.address(), SmallHub.TOKEN), listener),
                listener),
            keys,
            conductor.key.getPublic(),
            new MemoryBus(line),
            () -> 1_000);
    agent.start();
    return agent;
  }

  /// Made-up cells of a site: each label has genes of its own, each site its depth.
  private static AnnData cells(String site, int count, int seed, List<String> labels) {
    int genes = 40;
    var random = new Random(seed);
    var values = new float[count * genes];
    var names = new ArrayList<String>();
    var types = new int[count];
    for (int c = 0; c < count; c++) {
      names.add(site + ":barcode" + c);
      types[c] = c % labels.size();
      int block = "BNT".indexOf(labels.get(types[c]).charAt(0));
      for (int g = 0; g < genes; g++) {
        double rate = g / 10 == block ? 8 : 1;
        values[c * genes + g] =
            (float) Math.floor(-Math.log(1 - random.nextDouble()) * rate * seed);
      }
      values[c * genes + 39] += 1;
    }
    var vars = new ArrayList<String>();
    for (int g = 0; g < genes; g++) {
      vars.add("gene" + (seed % 2 == 0 ? genes - 1 - g : g));
    }
    var obs =
        DataFrame.of(names)
            .with("cell_type", new Column.Categorical(types, labels, false))
            .with("site", new Column.Categorical(new int[count], List.of("ward-" + site), false))
            .with("donor_secret", new Column.Categorical(new int[count], List.of("ann"), false));
    return AnnData.of(new Dense(count, genes, values).toCsr(), obs, DataFrame.of(vars));
  }
}
