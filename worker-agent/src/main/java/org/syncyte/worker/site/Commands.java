package org.syncyte.worker.site;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.message.ContractReport;
import org.syncyte.federation.message.Decline;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.Hello;
import org.syncyte.federation.message.MinifiedPart;
import org.syncyte.worker.folder.Durable;

/// Carries out what the coordinator asks for and prepares the reply; the outbox decides whether it
/// leaves. Nothing is computed for a reply that the policy refuses anyway.
final class Commands implements AutoCloseable {
  /// Everything that a site works with.
  record Site(
      SiteConfig config,
      Policy policy,
      SiteData data,
      Names names,
      Blobs blobs,
      List<String> models,
      LocalModel.Source source,
      Minified minified,
      Publisher publisher,
      SiteListener listener) {}

  private final Site site;
  private final Negotiation negotiation;
  private final LocalRound rounds;
  private final Outbox outbox;
  private final String instance = UUID.randomUUID().toString();
  private @Nullable LocalModel model;
  private String modelOf = "";

  Commands(Site site, Outbox outbox) {
    this.site = site;
    this.outbox = outbox;
    this.negotiation = new Negotiation(site.policy(), site.data(), site.names(), site.blobs());
    this.rounds = new LocalRound(site.policy(), site.blobs());
  }

  Reply hello() {
    return Reply.of(
        Hello.newBuilder()
            .setRelease(SiteAgent.RELEASE)
            .setInstance(instance)
            .addAllModels(site.models().stream().filter(site.policy().models()::contains).toList())
            .build());
  }

  /// The guard that the answer to a command will have to pass, or null if it has none to send.
  static @Nullable Guard guard(Envelope command) {
    return switch (command.getBodyCase()) {
      case RUN_ANNOUNCE -> Guard.VOCABULARY_OFFER;
      case STAT_REQUEST -> Guard.STAT_PART;
      case MANIFEST_ANNOUNCE -> Guard.CONTRACT_REPORT;
      case ROUND_ANNOUNCE -> Guard.PLAIN_UPDATE;
      case MINIFY_REQUEST -> Guard.MINIFIED_PART;
      case PUBLISH_REQUEST -> Guard.PUBLISHED;
      default -> null;
    };
  }

  /// What the policy's terms on a run are held against when this command is answered.
  Guard.@Nullable Facts facts(Envelope command) {
    if (guard(command) == null) {
      return null;
    }
    var folder = folder(command);
    var spec = command.hasRunAnnounce() ? announced(command) : folder.spec();
    int sites =
        switch (command.getBodyCase()) {
          case ROUND_ANNOUNCE -> command.getRoundAnnounce().getRosterCount();
          case MINIFY_REQUEST, PUBLISH_REQUEST -> folder.manifest().sites().size();
          case MANIFEST_ANNOUNCE -> fetched(command).sites().size();
          default -> spec.minSites();
        };
    return new Guard.Facts(spec.model(), "PLAIN", sites, site.data().cells());
  }

  /// Keeps a run's declaration, whether or not the site will take part in it.
  void note(Envelope command) {
    if (command.hasRunAnnounce()) {
      folder(command).keepSpec(announced(command));
    }
  }

  /// The reply to a command, or null if none is due.
  ///
  /// @param overtaken asked now and then; true means that the work has become pointless
  @Nullable Reply carryOut(Envelope command, BooleanSupplier overtaken) {
    var run = command.getRun();
    var listener = site.listener();
    return switch (command.getBodyCase()) {
      case RUN_ANNOUNCE -> {
        var spec = announced(command);
        if (!spec.federation().equals(site.config().federation()) || !spec.run().equals(run)) {
          throw new ContractException("run-id", "the specification is of another run");
        }
        if (!site.models().contains(spec.model())) {
          yield Reply.decline(Decline.Reason.UNSUPPORTED, "model");
        }
        listener.stage(run, "offering vocabulary");
        yield negotiation.offer(spec, folder(command));
      }
      case STAT_REQUEST -> {
        listener.stage(run, "adding up statistics");
        var folder = folder(command);
        yield negotiation.sums(command.getStatRequest(), folder.spec(), folder);
      }
      case MANIFEST_ANNOUNCE -> contract(command);
      case ROUND_ANNOUNCE -> round(command, overtaken);
      case ROUND_RESULT -> {
        listener.round(run, command.getRound(), command.getRoundResult().getRounds());
        yield null;
      }
      case MINIFY_REQUEST -> minify(command);
      case PUBLISH_REQUEST -> publish(command);
      case RUN_END -> {
        close();
        listener.ended(run, command.getRunEnd().getOutcome().name());
        yield null;
      }
      case WELCOME -> {
        listener.stage(run, "welcomed");
        yield null;
      }
      case ROUND_FAILED -> {
        listener.stage(run, "round failed: " + command.getRoundFailed().getCode());
        yield null;
      }
      default -> null;
    };
  }

  private Reply contract(Envelope command) {
    var run = command.getRun();
    var folder = folder(command);
    var manifest = fetched(command);
    if (!manifest.spec().equals(folder.spec())) {
      throw new ContractException("manifest-spec", "the manifest is not of the announced run");
    }
    if (!manifest.sites().contains(site.config().site())) {
      throw new ContractException("manifest-sites", "this site is not in the manifest's roster");
    }
    for (var batch : site.data().names(manifest.spec().batchKey(), Negotiation.BATCH_RULE)) {
      var owners =
          manifest.batchOwners().getOrDefault(site.names().outside(batch), List.<String>of());
      if (!owners.contains(site.config().site())) {
        throw new ContractException(
            "manifest-batches", "batch '%s' is not this site's in the manifest".formatted(batch));
      }
    }
    site.listener().stage(run, "checking counts");
    new Moments(site.data(), manifest.spec().layer(), manifest.varNames()).check();
    folder.keepManifest(
        Durable.read(site.blobs().get(Blob.of(command.getManifestAnnounce().getManifest()))));
    site.listener().stage(run, "drawing initial weights");
    close();
    var started = open(run, manifest);
    var layout = Negotiation.file(folder, "layout.json", started.layout().json(), Blob.JSON);
    var initial =
        Negotiation.file(
            folder, "initial.safetensors", Safetensors.encode(started.state()), Blob.SAFETENSORS);
    return new Reply(
        ContractReport.newBuilder()
            .setLayout(layout.blob().ref())
            .setInitial(initial.blob().ref())
            .setCells(started.trainingCells())
            .setAccepted(true)
            .build(),
        List.of(layout, initial));
  }

  private @Nullable Reply round(Envelope command, BooleanSupplier overtaken) {
    var announce = command.getRoundAnnounce();
    if (!announce.getRosterList().contains(site.config().site())) {
      return null;
    }
    var run = command.getRun();
    var folder = folder(command);
    var opened = open(run, folder.manifest());
    site.listener().stage(run, "training round " + command.getRound());
    return rounds.train(
        command,
        folder,
        opened,
        (epoch, elbo, speed) -> {
          site.listener().epoch(run, command.getRound(), epoch, announce.getEpochs(), elbo, speed);
          outbox.pulse(run, "training", command.getRound(), epoch, announce.getEpochs(), elbo);
          if (overtaken.getAsBoolean()) {
            throw new Overtaken();
          }
        });
  }

  private Reply minify(Envelope command) {
    var run = command.getRun();
    site.listener().stage(run, "writing minified cells");
    var folder = folder(command);
    var opened = open(run, folder.manifest());
    opened.load(weights(site.blobs().get(Blob.of(command.getMinifyRequest().getModel()))));
    rounds.own(opened, folder, Integer.MAX_VALUE);
    var file = folder.file("minified.h5ad");
    Durable.write(file, target -> site.minified().write(opened, site.data(), folder, target));
    var blob = blob(file, Blob.H5AD);
    return new Reply(
        MinifiedPart.newBuilder().setAdata(blob.ref()).build(),
        List.of(new Reply.Payload(blob, file)));
  }

  private Reply publish(Envelope command) {
    var run = command.getRun();
    var request = command.getPublishRequest();
    var folder = folder(command);
    var manifest = folder.manifest();
    var target = manifest.spec().publish();
    if (target == null || !target.publisher().equals(site.config().site())) {
      throw new ContractException("publisher", "this site is not the publisher of the run");
    }
    site.listener().stage(run, "publishing to " + target.repo());
    var parts = new LinkedHashMap<String, Path>();
    for (var name : manifest.sites()) {
      var part = request.getPartsMap().get(name);
      if (part != null) {
        parts.put(name, site.blobs().get(Blob.of(part)));
      }
    }
    var opened = open(run, manifest);
    return Reply.of(
        site.publisher()
            .publish(
                new Publisher.Job(
                    manifest,
                    opened.layout(),
                    weights(folder.file("initial.safetensors")),
                    weights(site.blobs().get(Blob.of(request.getModel()))),
                    site.blobs().get(Blob.of(request.getHistory())),
                    parts,
                    folder.file("published"))));
  }

  private static StateDict weights(Path file) {
    return Safetensors.read(Durable.read(file));
  }

  private static Blob blob(Path file, String mediaType) {
    try {
      return new Blob(
          Hashes.hex(org.syncyte.worker.hub.Digests.sha256(file)),
          java.nio.file.Files.size(file),
          mediaType);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private LocalModel open(String run, Manifest manifest) {
    var current = model;
    if (current != null && modelOf.equals(run)) {
      return current;
    }
    close();
    var started = site.source().start(manifest, site.data());
    model = started;
    modelOf = run;
    return started;
  }

  private Manifest fetched(Envelope command) {
    var ref = Blob.of(command.getManifestAnnounce().getManifest());
    return Manifest.parse(Durable.read(site.blobs().get(ref)));
  }

  private static RunSpec announced(Envelope command) {
    return RunSpec.parse(command.getRunAnnounce().getSpecJson().getBytes(StandardCharsets.UTF_8));
  }

  private RunFolder folder(Envelope command) {
    return new RunFolder(site.config().folder().resolve("runs"), command.getRun());
  }

  /// The work in hand has become pointless.
  static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
