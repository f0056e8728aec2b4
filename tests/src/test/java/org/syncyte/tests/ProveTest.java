package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An agent beside a hub runs the weights of what is published there.
final class ProveTest {
  private static final Path CELLS = Repository.root().resolve("deploy/samples/pbmc/pbmc_5p.h5ad");

  @Test
  void provesAModelAndRefutesOneWithOtherWeights(@TempDir Path work) throws Exception {
    var sound = train(work.resolve("sound"), "0");
    var other = train(work.resolve("other"), "1");
    Files.copy(
        sound.resolve("model.pt"), other.resolve("model.pt"), StandardCopyOption.REPLACE_EXISTING);
    try (var hub = HubProcess.start(work.resolve("hub"))) {
      var owner = hub.data().resolve("admin.token").toString();
      push(hub, sound, "admin/sound", owner);
      push(hub, other, "admin/other", owner);
      var prover = work.resolve("prove.token");
      Files.writeString(prover, prover(hub));

      var told = prove(hub, prover.toString());
      assertThat(told.path("reports")).hasSize(2);
      assertThat(told.path("failed").asInt()).isEqualTo(1);
      assertThat(outcome(hub, "admin/sound")).isEqualTo("PROVED");
      assertThat(outcome(hub, "admin/other")).isEqualTo("FAILED");
      assertThat(page(hub, "/admin/sound")).contains("Native proof: proved");
      assertThat(page(hub, "/admin/other")).contains("Native proof: failed");

      assertThat(prove(hub, prover.toString()).path("reports")).isEmpty();
      assertThat(Command.syncyte("prove", "--hub", hub.address(), "--token-file", owner).code())
          .isNotZero();
    }
  }

  private static Path train(Path folder, String seed) {
    succeeds(
        "train",
        CELLS.toString(),
        "-o",
        folder.toString(),
        "--epochs",
        "1",
        "--genes",
        "300",
        "--seed",
        seed,
        "--labels-key",
        "cell_type",
        "--threads",
        "1",
        "--with-latents",
        "-q");
    return folder;
  }

  private static void push(HubProcess hub, Path folder, String name, String token) {
    succeeds("push", folder.toString(), name, "--hub", hub.address(), "--token-file", token, "-q");
  }

  private static JsonNode prove(HubProcess hub, String token) throws IOException {
    return succeeds(
            "prove",
            "--hub",
            hub.address(),
            "--token-file",
            token,
            "--threads",
            "1",
            "--json",
            "-q")
        .json();
  }

  private static Command succeeds(String... arguments) {
    var command = Command.syncyte(arguments);
    assertThat(command.code()).as(command.err()).isZero();
    return command;
  }

  /// A token that may do nothing but read and report proofs.
  private static String prover(HubProcess hub) throws IOException, InterruptedException {
    var reply =
        hub.send(
            HttpRequest.newBuilder(hub.at("/api/v1/users/admin/tokens"))
                .header("Authorization", "Bearer " + hub.token())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"label\": \"prover\", \"role\": \"PROVE\"}")));
    return new ObjectMapper().readTree(reply.body()).path("token").asText();
  }

  private static String outcome(HubProcess hub, String name)
      throws IOException, InterruptedException {
    var reply = page(hub, "/api/models/" + name + "/native-proof/main");
    return new ObjectMapper().readTree(reply).path("outcome").asText();
  }

  private static String page(HubProcess hub, String path) throws IOException, InterruptedException {
    return hub.send(HttpRequest.newBuilder(hub.at(path)).GET()).body();
  }
}
