package org.syncyte.coordinator;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Block;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.Signing;
import org.syncyte.federation.Topics;
import org.syncyte.federation.message.ContractReport;
import org.syncyte.federation.message.Decline;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.Hello;
import org.syncyte.federation.message.MinifiedPart;
import org.syncyte.federation.message.PlainUpdate;
import org.syncyte.federation.message.Progress;
import org.syncyte.federation.message.Published;
import org.syncyte.federation.message.RoundAnnounce;
import org.syncyte.federation.message.StatPart;
import org.syncyte.federation.message.StatRequest;
import org.syncyte.federation.message.VocabularyOffer;
import org.syncyte.federation.vocabulary.GeneSums;

/// A site whose model is a vector of 10 000 numbers that it pulls towards a place of its own, and a
/// small matrix with one column a batch. Everything else is real: topics, signatures, blobs, sums.
final class ToySite implements AutoCloseable {
  static final int SIZE = 10_000;

  /// How a site misbehaves.
  record Manners(boolean nan, boolean twice, boolean forged, boolean keepsCells) {
    static final Manners GOOD = new Manners(false, false, false, false);
  }

  private final String federation;
  final String id;
  final KeyPair key = Signing.newKey(new SecureRandom());
  private final KeyPair stranger = Signing.newKey(new SecureRandom());
  private final Manners manners;
  private final Blobs blobs;
  private final String bootstrap;
  private final int[][] cells;
  final List<Envelope> heard = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile int trainMs = 30;
  private @Nullable Manifest manifest;
  private long seq = System.currentTimeMillis() * 1000;

  ToySite(String bootstrap, String federation, String id, Blobs blobs, Manners manners) {
    this.bootstrap = bootstrap;
    this.federation = federation;
    this.id = id;
    this.blobs = blobs;
    this.manners = manners;
    int self = id.charAt(0);
    cells = new int[40][60];
    var random = new java.util.Random(self);
    for (int[] cell : cells) {
      for (int g = 0; g < cell.length; g++) {
        cell[g] = random.nextInt(1 + g % 7 * (random.nextInt(5) == 0 ? 4 : 1));
      }
    }
    thread = Thread.ofPlatform().name("site-" + id).daemon().unstarted(this::run);
  }

  void start(int millisOfTraining) {
    trainMs = millisOfTraining;
    thread.start();
  }

  private List<String> genes() {
    return IntStream.range(0, 60).mapToObj(g -> "G" + (g + id.charAt(0) % 3)).toList();
  }

  private void run() {
    Map<String, Object> consuming =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class,
            "isolation.level",
            "read_committed");
    Map<String, Object> producing =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "key.serializer",
            ByteArraySerializer.class,
            "value.serializer",
            ByteArraySerializer.class,
            "acks",
            "all");
    try (var in = new KafkaConsumer<byte[], byte[]>(consuming);
        var out = new KafkaProducer<byte[], byte[]>(producing)) {
      var places =
          List.of(
              new TopicPartition(Topics.ctl(federation), 0),
              new TopicPartition(Topics.down(federation, id), 0));
      in.assign(places);
      in.seekToBeginning(places);
      say(out, "", 0, 0, Hello.newBuilder().setInstance("1").build());
      while (!stopped) {
        for (var record : in.poll(Duration.ofMillis(50))) {
          Envelope ask = Envelopes.parse(record.value());
          heard.add(ask);
          Message answer = answer(ask);
          if (answer != null) {
            say(out, ask.getRun(), ask.getRound(), ask.getAttempt(), answer);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(
      KafkaProducer<byte[], byte[]> out, String run, int round, int attempt, Message body) {
    Envelope envelope =
        Envelopes.of(federation, run, round, attempt, id, ++seq, System.currentTimeMillis(), body);
    byte[] value = Envelopes.bytes(envelope);
    if (manners.forged()) {
      send(out, envelope, value, stranger);
    }
    send(out, envelope, value, key);
    if (manners.twice()) {
      send(out, envelope, value, key);
      Envelope renumbered =
          Envelopes.of(federation, run, round, attempt, id, ++seq, envelope.getSentMs(), body);
      send(out, renumbered, Envelopes.bytes(renumbered), key);
    }
  }

  private void send(
      KafkaProducer<byte[], byte[]> out, Envelope envelope, byte[] value, KeyPair signer) {
    String type = Envelopes.type(envelope);
    var record = new ProducerRecord<byte[], byte[]>(Topics.up(federation, id), 0, null, value);
    record.headers().add("v", Envelopes.VERSION.getBytes(StandardCharsets.UTF_8));
    record.headers().add("t", type.getBytes(StandardCharsets.UTF_8));
    record.headers().add("kid", Signing.keyId(key.getPublic()));
    record.headers().add("sig", Signing.sign(signer.getPrivate(), Envelopes.VERSION, type, value));
    var _ = out.send(record);
    out.flush();
  }

  private @Nullable Message answer(Envelope ask) throws IOException, InterruptedException {
    return switch (ask.getBodyCase()) {
      case RUN_ANNOUNCE ->
          VocabularyOffer.newBuilder()
              .setGenes(blobs.write(SegmentFile.lines(genes()), Blob.LINES).ref())
              .setCells(cells.length)
              .addBatches(id + "/0")
              .addLabels("T")
              .addLabels("label-" + id)
              .build();
      case STAT_REQUEST -> sums(ask.getStatRequest());
      case MANIFEST_ANNOUNCE -> contract(ask);
      case ROUND_ANNOUNCE -> train(ask.getRoundAnnounce());
      case MINIFY_REQUEST ->
          manners.keepsCells()
              ? Decline.newBuilder().setReason(Decline.Reason.POLICY).setDetail("minified").build()
              : MinifiedPart.newBuilder()
                  .setAdata(
                      blobs
                          .write(("cells of " + id).getBytes(StandardCharsets.UTF_8), Blob.H5AD)
                          .ref())
                  .build();
      case PUBLISH_REQUEST -> Published.newBuilder().setRepo("o/m").setCommit("abc").build();
      default -> null;
    };
  }

  private Message sums(StatRequest request) throws IOException {
    List<String> common = SegmentFile.lines(blobs.read(Blob.of(request.getGenes())));
    var sums =
        request.getKind() == StatRequest.Kind.MOMENTS
            ? GeneSums.moments(common.size())
            : GeneSums.clipped(SegmentFile.decode(blobs.read(Blob.of(request.getClip()))));
    int[] place = genes().stream().mapToInt(common::indexOf).toArray();
    for (int[] cell : cells) {
      float[] counts = new float[cell.length];
      for (int g = 0; g < cell.length; g++) {
        counts[g] = cell[g];
      }
      sums.add(place, counts, 0, counts.length);
    }
    return StatPart.newBuilder()
        .setKind(request.getKind())
        .setSums(blobs.write(sums.file().encode(), Blob.SEGMENTS).ref())
        .build();
  }

  private Message contract(Envelope ask) throws IOException {
    manifest = Manifest.parse(blobs.read(Blob.of(ask.getManifestAnnounce().getManifest())));
    var blocks = new ArrayList<Block>();
    for (int b = 0; b < manifest.batches().size(); b++) {
      blocks.add(new Block(1, b + 1, Block.BATCH, manifest.batches().get(b)));
    }
    long columns = 1L + manifest.batches().size();
    var layout =
        new Layout(
            List.of(
                new Layout.Entry("w", List.of((long) SIZE), Layout.Role.TRAINED, List.of()),
                new Layout.Entry("c", List.of(4L, columns), Layout.Role.TRAINED, blocks)));
    float[] start = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      start[i] = (float) StrictMath.sin(i);
    }
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("w", new Tensor.Floats(new long[] {SIZE}, start));
    tensors.put("c", new Tensor.Floats(new long[] {4, columns}, new float[(int) (4 * columns)]));
    return ContractReport.newBuilder()
        .setLayout(blobs.write(layout.json(), Blob.JSON).ref())
        .setInitial(blobs.write(Safetensors.encode(new StateDict(tensors)), Blob.SAFETENSORS).ref())
        .setCells(cells.length)
        .setSecondsPerStep(0.001)
        .setAccepted(true)
        .build();
  }

  /// A tenth of the way to the site's own place; only its own column moves.
  private Message train(RoundAnnounce announce) throws IOException, InterruptedException {
    Thread.sleep(trainMs);
    StateDict model = Safetensors.read(blobs.read(Blob.of(announce.getModel())));
    float[] w = model.floats("w").values();
    float[] step = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      step[i] = (id.charAt(0) - 'a' + (float) StrictMath.cos(i * id.charAt(0)) - w[i]) / 10;
    }
    if (manners.nan()) {
      step[17] = Float.NaN;
    }
    var shape = model.floats("c").shape();
    float[] column = new float[model.floats("c").values().length];
    int own = java.util.Objects.requireNonNull(manifest).batches().indexOf(id + "/0") + 1;
    for (int row = 0; row < 4; row++) {
      column[row * (int) shape[1] + own] = 1;
    }
    var tensors = new TreeMap<String, Tensor>();
    tensors.put("w", new Tensor.Floats(new long[] {SIZE}, step));
    tensors.put("c", new Tensor.Floats(shape, column));
    return PlainUpdate.newBuilder()
        .setUpdate(blobs.write(Safetensors.encode(new StateDict(tensors)), Blob.SAFETENSORS).ref())
        .putWeights("all", cells.length + id.charAt(0))
        .putWeights("batch:" + id + "/0", cells.length)
        .setProgress(Progress.newBuilder().setElboTrain(100.0 / (1 + announce.getEpochsDone())))
        .build();
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
