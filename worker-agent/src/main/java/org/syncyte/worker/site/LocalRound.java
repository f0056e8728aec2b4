package org.syncyte.worker.site;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.federation.Blob;
import org.syncyte.federation.aggregate.WeightedMean;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.PlainUpdate;
import org.syncyte.worker.folder.Durable;

/// One round at the site: take the common model, train, and hand back the difference.
///
/// Training happens once for a round and a model. Its result is on disk before it is offered, so a
/// further attempt, a repeated command or a restart gives the same bytes and costs nothing.
///
/// With `private-blocks: LOCAL` the site's own columns (weight keys `batch:<id>`) stay: they are
/// trained and used here, put over the common model at the start of each round, and are zero in the
/// update, which then carries no weight for them.
final class LocalRound {
  private final Policy policy;
  private final Blobs blobs;

  LocalRound(Policy policy, Blobs blobs) {
    this.policy = policy;
    this.blobs = blobs;
  }

  Reply train(Envelope command, RunFolder folder, LocalModel model, LocalModel.Watcher watcher) {
    var announce = command.getRoundAnnounce();
    var base = Blob.of(announce.getModel());
    var name = RunFolder.training(command.getRound(), base.sha256());
    var message = folder.file(name + ".update");
    var tensors = folder.file(name + ".safetensors");
    if (!Files.exists(message)) {
      var common = Safetensors.read(Durable.read(blobs.get(base)));
      var layout = model.layout();
      layout.check(common);
      model.load(common);
      var own = own(model, folder, command.getRound());
      var before = model.state();
      var outcome =
          model.train(
              new LocalModel.Schedule(
                  command.getRound(),
                  announce.getEpochs(),
                  announce.getEpochsDone(),
                  announce.getSeed()),
              watcher);
      var after = model.state();
      var weights = new TreeMap<>(outcome.weights());
      weights.keySet().removeIf(key -> !leaves(key));
      var update = Columns.difference(layout, before, after, weights.keySet());
      Durable.write(tensors, Safetensors.encode(update));
      if (!own.isEmpty()) {
        Durable.write(
            folder.file(name + ".private"),
            Safetensors.encode(Columns.holding(layout, after, own)));
      }
      var body =
          PlainUpdate.newBuilder()
              .setUpdate(Blob.of(Durable.read(tensors), Blob.SAFETENSORS).ref())
              .putAllWeights(weights);
      if (policy.allows(PolicyKey.METRICS_PER_SITE)) {
        body.setProgress(outcome.progress());
      }
      Durable.write(message, body.build().toByteArray());
    }
    try {
      var body = PlainUpdate.parseFrom(Durable.read(message));
      return new Reply(body, List.of(new Reply.Payload(Blob.of(body.getUpdate()), tensors)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(message + " is damaged; delete it to train again", e);
    }
  }

  /// Puts the site's own columns, as training left them, over the model; returns their keys.
  Set<String> own(LocalModel model, RunFolder folder, int round) {
    var layout = model.layout();
    var mine = model.ownKeys();
    var staying = mine.stream().filter(key -> !leaves(key)).collect(Collectors.toSet());
    if (!staying.isEmpty()) {
      folder
          .ownColumnsBefore(round)
          .ifPresent(own -> model.load(Columns.overlay(layout, model.state(), own, staying)));
    }
    return staying;
  }

  private boolean leaves(String key) {
    if (key.equals(WeightedMean.ALL)) {
      return true;
    }
    return policy.allows(
        key.startsWith(org.syncyte.federation.Block.LABEL + ":")
            ? PolicyKey.LABEL_NAMES
            : PolicyKey.PRIVATE_BLOCKS);
  }
}
