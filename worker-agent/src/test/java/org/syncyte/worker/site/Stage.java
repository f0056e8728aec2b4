package org.syncyte.worker.site;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.Signing;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.ManifestAnnounce;
import org.syncyte.federation.message.MinifyRequest;
import org.syncyte.federation.message.PublishRequest;
import org.syncyte.federation.message.Published;
import org.syncyte.federation.message.RoundAnnounce;
import org.syncyte.federation.message.RunAnnounce;
import org.syncyte.federation.message.StatRequest;
import org.syncyte.worker.folder.Durable;

/// One site with its files, opposite a coordinator that reads from a script.
final class Stage {
  static final String OPEN =
      """
      version: 1
      site: a
      models: [SCVI]
      aggregation: [PLAIN]
      min-sites: 2
      min-cells: 10
      gene-names: SHARE
      batch-names: OPAQUE
      label-names: SHARE
      statistics: ALLOW
      updates: ALLOW
      private-blocks: LOCAL
      metrics-per-site: SHOW
      latents: ALLOW
      obs-columns: [cell_type]
      publish: ALLOW
      """;
  static final List<String> GENES = List.of("g3", "g1", "g4");
  private static final KeyPair COORDINATOR = Signing.newKey(new SecureRandom());

  final MemoryBus.Broker broker = new MemoryBus.Broker();
  final FolderBlobs blobs;
  final List<String> declined = new ArrayList<>();
  final List<String> ignored = new ArrayList<>();
  private final Path folder;
  private final Path file;
  private long seq;

  Stage(Path folder) {
    this.folder = folder;
    this.blobs = new FolderBlobs(folder.resolve("blobs"));
    this.file = folder.resolve("cells.h5ad");
    Durable.write(file, new byte[0]);
    H5ad.write(cells("a", 40, 5), file);
  }

  static AnnData cells(String site, int count, int genes) {
    var random = new Random(11);
    var values = new float[count * genes];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(6) + (i % genes == 1 ? 1 : 0);
    }
    var names = new ArrayList<String>();
    var types = new int[count];
    var batches = new int[count];
    for (int c = 0; c < count; c++) {
      names.add(site + ":cell" + c);
      types[c] = c % 2;
      batches[c] = c % 2;
    }
    var vars = new ArrayList<String>();
    for (int g = 0; g < genes; g++) {
      vars.add("g" + g);
    }
    var obs =
        DataFrame.of(names)
            .with("cell_type", new Column.Categorical(types, List.of("B cell", "T cell"), false))
            .with("donor", new Column.Categorical(batches, List.of("ann", "bob"), false));
    return AnnData.of(new Dense(count, genes, values).toCsr(), obs, DataFrame.of(vars));
  }

  SiteConfig config() {
    return new SiteConfig(
        "a",
        "f",
        "localhost:1",
        URI.create("http://localhost:1"),
        null,
        List.of(file),
        folder.resolve("state"),
        folder.resolve("policy.yaml"),
        null,
        Map.of());
  }

  SiteKeys keys() {
    return SiteKeys.open(folder.resolve("state"));
  }

  String batch(String donor) {
    return new Names("a", keys().nameSecret(), false).outside(donor);
  }

  SiteAgent agent(String policy) {
    var parsed = Policy.parse(policy);
    var keys = keys();
    var listener =
        new SiteListener() {
          @Override
          public void declined(String run, String reason, String detail, String why) {
            declined.add(reason + " " + detail);
          }

          @Override
          public void ignored(String why) {
            ignored.add(why);
          }
        };
    Minified minified =
        (model, data, _, target) -> {
          var latent = model.latents();
          Durable.write(
              target,
              (data.cells() + "x" + latent.mean().columns()).getBytes(StandardCharsets.UTF_8));
        };
    Publisher publisher =
        job ->
            Published.newBuilder()
                .setRepo(String.valueOf(job.manifest().spec().publish()))
                .setCommit("c" + job.parts().size())
                .build();
    return new SiteAgent(
        new Commands.Site(
            config(),
            parsed,
            SiteData.open(List.of(file)),
            new Names("a", keys.nameSecret(), parsed.allows(PolicyKey.BATCH_NAMES)),
            blobs,
            List.of("SCVI"),
            LinearModel::new,
            minified,
            publisher,
            listener),
        keys,
        COORDINATOR.getPublic(),
        new MemoryBus(broker),
        () -> 1_000_000);
  }

  /// Lets the agent do all that waits.
  void turn(String policy) {
    try (var agent = agent(policy)) {
      agent.start();
      agent.turn(Duration.ZERO);
    }
  }

  RunSpec spec() {
    return RunSpec.parse(
        """
        {"federation":"f","run":"r1","model":"SCVI","batch_key":"donor","labels_key":"cell_type",
         "rounds":2,"epochs_per_round":3,"min_sites":2,
         "publish":{"repo":"f/pbmc","publisher":"a","license":"cc-by-4.0"}}
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  Manifest manifest() {
    var own = List.of(batch("ann"), batch("bob"));
    var owners = new LinkedHashMap<String, List<String>>();
    own.forEach(name -> owners.put(name, List.of("a")));
    owners.put("b/0123456789", List.of("b"));
    return new Manifest(
        spec(),
        GENES,
        List.copyOf(owners.keySet()),
        owners,
        List.of("B cell", "T cell"),
        List.of("a", "b"));
  }

  void say(int round, Message body) {
    deliver(COORDINATOR, envelope(round, body));
  }

  Envelope envelope(int round, Message body) {
    return Envelopes.of("f", "r1", round, 1, Envelopes.COORDINATOR, ++seq, 5, body);
  }

  void deliver(KeyPair key, Envelope envelope) {
    var value = envelope.toByteArray();
    var type = Envelopes.type(envelope);
    var headers = new LinkedHashMap<String, byte[]>();
    headers.put("v", "1.0".getBytes(StandardCharsets.US_ASCII));
    headers.put("t", type.getBytes(StandardCharsets.US_ASCII));
    headers.put("sig", Signing.sign(key.getPrivate(), "1.0", type, value));
    headers.put("kid", Signing.keyId(key.getPublic()));
    broker.down.add(new Bus.Delivery("scfed.f.ctl", broker.down.size(), headers, value));
  }

  void announceRun() {
    say(
        0,
        RunAnnounce.newBuilder()
            .setSpecJson(new String(spec().json(), StandardCharsets.UTF_8))
            .build());
  }

  void askForMoments() {
    var genes = blobs.add(SegmentFile.lines(GENES), Blob.LINES);
    say(
        0,
        StatRequest.newBuilder().setKind(StatRequest.Kind.MOMENTS).setGenes(genes.ref()).build());
  }

  void announceManifest() {
    var blob = blobs.add(manifest().json(), Blob.JSON);
    say(0, ManifestAnnounce.newBuilder().setManifest(blob.ref()).build());
  }

  void announceRound(int round, Blob model) {
    say(
        round,
        RoundAnnounce.newBuilder()
            .setModel(model.ref())
            .setEpochs(3)
            .setEpochsDone(3 * (round - 1))
            .addAllRoster(List.of("a", "b"))
            .build());
  }

  void askForLatents(Blob model) {
    say(2, MinifyRequest.newBuilder().setModel(model.ref()).build());
  }

  void askToPublish(Blob model) {
    var history = blobs.add("[]".getBytes(StandardCharsets.UTF_8), Blob.JSON);
    say(
        2,
        PublishRequest.newBuilder()
            .setModel(model.ref())
            .setHistory(history.ref())
            .putParts("a", history.ref())
            .build());
  }

  /// What the site said, each message once, checked like a coordinator does.
  List<Envelope> said() {
    var key = keys().verifying();
    var messages = new LinkedHashMap<ByteString, Envelope>();
    for (var sent : broker.up) {
      var type = new String(sent.headers().get("t"), StandardCharsets.US_ASCII);
      if (!Signing.verify(
          key, "1.0", type, sent.value(), sent.headers().getOrDefault("sig", new byte[0]))) {
        throw new IllegalStateException("a message with a wrong signature");
      }
      var message = Envelopes.parse(sent.value());
      var before = messages.putIfAbsent(message.getMessageId(), message);
      if (before != null && !before.equals(message)) {
        throw new IllegalStateException("one id for two messages");
      }
    }
    return List.copyOf(messages.values());
  }

  List<Envelope> said(Envelope.BodyCase type) {
    return said().stream().filter(message -> message.getBodyCase() == type).toList();
  }
}
