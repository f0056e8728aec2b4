package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Layout;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.Signing;
import org.syncyte.federation.aggregate.WeightedMean;
import org.syncyte.federation.message.Decline;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.Envelope.BodyCase;
import org.syncyte.federation.message.RunEnd;
import org.syncyte.worker.folder.Durable;

class SiteAgentTest {
  @TempDir Path folder;

  @Test
  void answersAWholeRun() {
    var stage = new Stage(folder);
    var model = play(stage, Stage.OPEN);
    assertThat(stage.said().stream().map(Envelope::getBodyCase).distinct())
        .containsExactly(
            BodyCase.HELLO,
            BodyCase.VOCABULARY_OFFER,
            BodyCase.STAT_PART,
            BodyCase.CONTRACT_REPORT,
            BodyCase.PLAIN_UPDATE,
            BodyCase.MINIFIED_PART,
            BodyCase.PUBLISHED);
    var offer = stage.said(BodyCase.VOCABULARY_OFFER).getFirst().getVocabularyOffer();
    assertThat(offer.getBatchesList())
        .containsExactlyInAnyOrder(stage.batch("ann"), stage.batch("bob"))
        .allMatch(name -> name.matches("a/[0-9a-f]{10}"));
    assertThat(offer.getLabelsList()).containsExactly("B cell", "T cell");
    assertThat(offer.getCells()).isEqualTo(40);
    assertThat(SegmentFile.lines(stage.blobs.read(Blob.of(offer.getGenes()))))
        .containsExactly("g0", "g1", "g2", "g3", "g4");
    var sums =
        SegmentFile.decode(
            stage.blobs.read(
                Blob.of(stage.said(BodyCase.STAT_PART).getFirst().getStatPart().getSums())));
    assertThat(sums.longs("n")).containsExactly(40);
    assertThat(sums.longs("s1")).hasSize(3);
    assertThat(model.floats("mean").values()).hasSize(3);
    assertThat(stage.declined).isEmpty();
  }

  @Test
  void keepsPrivateColumnsAtTheSite() {
    var stage = new Stage(folder);
    play(stage, Stage.OPEN);
    for (var message : stage.said(BodyCase.PLAIN_UPDATE)) {
      var update = message.getPlainUpdate();
      assertThat(update.getWeightsMap()).isEqualTo(Map.of("all", 40L));
      var tensors = Safetensors.read(stage.blobs.read(Blob.of(update.getUpdate())));
      assertThat(tensors.tensors().keySet()).containsExactlyInAnyOrder("mean", "batch", "steps");
      assertThat(tensors.floats("batch").values()).containsOnly(0f);
      assertThat(tensors.floats("mean").values()).doesNotContain(0f);
    }
  }

  @Test
  void trainsOnFromItsOwnPrivateColumns() {
    var stage = new Stage(folder);
    play(stage, Stage.OPEN);
    var manifest = stage.manifest();
    var run = new RunFolder(stage.config().folder().resolve("runs"), "r1");
    var own = run.ownColumnsBefore(Integer.MAX_VALUE).orElseThrow().floats("batch").values();
    var expected = new LinearModel(manifest, SiteData.of(Stage.cells("a", 40, 5)));
    expected.train(new LocalModel.Schedule(1, 6, 0, 0), (_, _, _) -> {});
    var central = expected.state().floats("batch").values();
    int batches = manifest.batches().size();
    for (int i = 0; i < own.length; i++) {
      if (i % batches < 2) {
        assertThat(own[i]).isEqualTo(central[i]);
      }
    }
  }

  @Test
  void sendsOwnColumnsWhereThePolicySaysSo() {
    var stage = new Stage(folder);
    play(stage, Stage.OPEN.replace("LOCAL", "EACH_ROUND"));
    var update = stage.said(BodyCase.PLAIN_UPDATE).getFirst().getPlainUpdate();
    assertThat(update.getWeightsMap())
        .containsOnlyKeys("all", "batch:" + stage.batch("ann"), "batch:" + stage.batch("bob"));
    var batch =
        Safetensors.read(stage.blobs.read(Blob.of(update.getUpdate()))).floats("batch").values();
    for (int i = 0; i < batch.length; i++) {
      assertThat(batch[i] == 0).isEqualTo(i % 3 == 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "models: [SCVI],            models: [],                models,           VOCABULARY_OFFER",
    "aggregation: [PLAIN],      aggregation: [],           aggregation,      VOCABULARY_OFFER",
    "min-sites: 2,              min-sites: 3,              min-sites,        VOCABULARY_OFFER",
    "min-cells: 10,             min-cells: 41,             min-cells,        VOCABULARY_OFFER",
    "gene-names: SHARE,         gene-names: NEVER,         gene-names,       VOCABULARY_OFFER",
    "statistics: ALLOW,         statistics: NEVER,         statistics,       STAT_PART",
    "updates: ALLOW,            updates: NEVER,            updates,          PLAIN_UPDATE",
    "latents: ALLOW,            latents: NEVER,            latents,          MINIFIED_PART",
    "publish: ALLOW,            publish: NEVER,            publish,          PUBLISHED",
  })
  void declinesByTheNameOfTheKey(String open, String closed, String key, BodyCase absent) {
    var stage = new Stage(folder);
    stage.turn(Stage.OPEN);
    var policy = Stage.OPEN.replace(open, closed);
    assertThat(policy).isNotEqualTo(Stage.OPEN);
    play(stage, policy);
    assertThat(stage.said(absent)).isEmpty();
    assertThat(stage.said(BodyCase.DECLINE))
        .isNotEmpty()
        .allSatisfy(message -> {
          assertThat(message.getDecline().getReason()).isEqualTo(Decline.Reason.POLICY);
          assertThat(message.getDecline().getDetail()).isEqualTo(key);
        });
    assertThat(stage.said(BodyCase.DECLINE).getFirst().getCausationId().size()).isEqualTo(16);
  }

  @Test
  void leavesOutWhatIsOptionalAndClosed() {
    var stage = new Stage(folder);
    play(
        stage,
        Stage.OPEN
            .replace("label-names: SHARE", "label-names: NEVER")
            .replace("metrics-per-site: SHOW", "metrics-per-site: NEVER"));
    assertThat(stage.said(BodyCase.DECLINE)).isEmpty();
    assertThat(
            stage.said(BodyCase.VOCABULARY_OFFER).getFirst().getVocabularyOffer().getLabelsList())
        .isEmpty();
    assertThat(stage.said(BodyCase.PLAIN_UPDATE))
        .hasSize(2)
        .noneMatch(message -> message.getPlainUpdate().hasProgress());
    for (var pulse : stage.broker.pulses) {
      assertThat(new String(pulse, java.nio.charset.StandardCharsets.UTF_8)).doesNotContain("elbo");
    }
    var shown = new Stage(folder.resolve("other"));
    play(shown, Stage.OPEN);
    assertThat(shown.said(BodyCase.PLAIN_UPDATE))
        .allMatch(message -> message.getPlainUpdate().hasProgress());
  }

  @Test
  void givesTheSameAnswersWhereverItIsKilled() {
    LinearModel.trainings = 0;
    var calm = new Stage(folder.resolve("calm"));
    play(calm, Stage.OPEN);
    assertThat(LinearModel.trainings).isEqualTo(2);
    int operations = calm.broker.operations;
    assertThat(operations).isGreaterThan(30);
    for (int crash = 0; crash < operations; crash++) {
      LinearModel.trainings = 0;
      var stage = new Stage(folder.resolve("crash" + crash));
      copySecrets(calm, stage);
      stage.broker.crashAt = crash;
      play(stage, Stage.OPEN);
      assertThat(answers(stage)).as("killed at operation %d", crash).isEqualTo(answers(calm));
      assertThat(LinearModel.trainings).isEqualTo(2);
    }
  }

  @Test
  void dropsARoundThatWasOvertaken() {
    LinearModel.trainings = 0;
    var stage = new Stage(folder);
    stage.announceRun();
    stage.announceManifest();
    stage.turn(Stage.OPEN);
    var initial =
        Blob.of(stage.said(BodyCase.CONTRACT_REPORT).getFirst().getContractReport().getInitial());
    stage.announceRound(1, initial);
    stage.announceRound(2, initial);
    stage.turn(Stage.OPEN);
    assertThat(stage.said(BodyCase.PLAIN_UPDATE))
        .singleElement()
        .satisfies(message -> assertThat(message.getRound()).isEqualTo(2));
    assertThat(LinearModel.trainings).isEqualTo(1);
  }

  @Test
  void ignoresWhatTheCoordinatorDidNotSign() {
    var stage = new Stage(folder);
    var other = Signing.newKey(new SecureRandom());
    stage.deliver(
        other, stage.envelope(0, RunEnd.newBuilder().setOutcome(RunEnd.Outcome.CANCELLED).build()));
    stage.turn(Stage.OPEN);
    assertThat(stage.ignored).singleElement().asString().contains("not signed");
    assertThat(stage.said()).allMatch(Envelope::hasHello);
  }

  @Test
  void declinesARoundOfARunItHasNoRecordOf() {
    var stage = new Stage(folder);
    stage.announceRound(1, stage.blobs.add(new byte[8], Blob.SAFETENSORS));
    stage.turn(Stage.OPEN);
    assertThat(stage.said(BodyCase.DECLINE).getFirst().getDecline().getReason())
        .isEqualTo(Decline.Reason.LOST_STATE);
  }

  /// Plays the coordinator's part for site `a` alone, restarting the agent when it dies.
  private static StateDict play(Stage stage, String policy) {
    stage.announceRun();
    stage.askForMoments();
    stage.announceManifest();
    turn(stage, policy);
    var reports = stage.said(BodyCase.CONTRACT_REPORT);
    if (reports.isEmpty()) {
      return new StateDict(Map.of());
    }
    var report = reports.getFirst().getContractReport();
    var layout = Layout.parse(stage.blobs.read(Blob.of(report.getLayout())));
    var model = Safetensors.read(stage.blobs.read(Blob.of(report.getInitial())));
    for (int round = 1; round <= 2; round++) {
      stage.announceRound(round, stage.blobs.add(Safetensors.encode(model), Blob.SAFETENSORS));
      turn(stage, policy);
      for (var message : stage.said(BodyCase.PLAIN_UPDATE)) {
        if (message.getRound() == round) {
          var sum = new WeightedMean(model, layout);
          var update = message.getPlainUpdate();
          sum.add(
              "a",
              Safetensors.read(stage.blobs.read(Blob.of(update.getUpdate()))),
              update.getWeightsMap());
          model = sum.finish(1).model();
        }
      }
    }
    var last = stage.blobs.add(Safetensors.encode(model), Blob.SAFETENSORS);
    stage.askForLatents(last);
    stage.askToPublish(last);
    turn(stage, policy);
    stage.say(2, RunEnd.newBuilder().setOutcome(RunEnd.Outcome.COMPLETED).build());
    turn(stage, policy);
    return model;
  }

  private static void turn(Stage stage, String policy) {
    try {
      stage.turn(policy);
    } catch (MemoryBus.Crash e) {
      stage.turn(policy);
    }
  }

  /// What a coordinator acts on: type, round and content, without times and numbers.
  private static List<String> answers(Stage stage) {
    var answers = new ArrayList<String>();
    for (var message : stage.said()) {
      if (!message.hasHello()) {
        answers.add(
            message.toBuilder().clearSeq().clearMessageId().clearSentMs().build().toString());
      }
    }
    return answers;
  }

  private static void copySecrets(Stage from, Stage to) {
    var state = to.config().folder();
    for (var name : List.of("signing.pem", "signing.pub.pem", "names.secret")) {
      from.keys();
      Durable.write(state.resolve(name), Durable.read(from.config().folder().resolve(name)));
    }
  }
}
