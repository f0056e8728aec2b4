package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Three sites train one model and publish it; strangers with unmodified Python libraries use it.
@ExtendWith(SharedDemo.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DemoTest {
  private static final Path SCRIPTS = Repository.root().resolve("tests/src/test/python");

  private static DemoProcess demo;
  private static JsonNode report;

  @TempDir private Path folder;

  @BeforeAll
  static void waitForTheModel(DemoProcess shared) throws IOException, InterruptedException {
    demo = shared;
    report = demo.ready();
  }

  @Test
  @Order(1)
  void passesItsOwnChecks() {
    assertThat(report.path("checks").valueStream().map(check -> check.path("what").asText()))
        .containsExactly("page", "download", "proof", "mapping");
    assertThat(report.path("checks"))
        .allSatisfy(check -> assertThat(check.path("passed").asBoolean()).as("%s", check).isTrue());
    assertThat(report.path("model_sha256").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  @Order(2)
  void recordsEveryRoundOfEverySite() throws IOException {
    var training =
        new ObjectMapper().readTree(demo.data().resolve("pulled/training.json").toFile());
    var rounds = training.path("rounds");
    assertThat(rounds).hasSize(DemoProcess.ROUNDS);
    assertThat(rounds)
        .allSatisfy(round ->
            assertThat(round.path("sites").propertyStream().map(Map.Entry::getKey))
                .containsExactly("site-5p", "site-v2", "site-v3"));
  }

  @Test
  @Order(2)
  void isSeenOnTheOverviewOfFederations() throws IOException {
    var run =
        new ObjectMapper().readTree(demo.hub().resolve("/api/federations/demo/pbmc-1").toURL());
    assertThat(run.path("state").asText()).isEqualTo("COMPLETED");
    assertThat(run.path("committed").asInt()).isEqualTo(DemoProcess.ROUNDS);
    assertThat(run.path("site_names").valueStream().map(JsonNode::asText))
        .containsExactly("site-5p", "site-v2", "site-v3");
    assertThat(run.path("losses").path("elbo_validation")).hasSize(DemoProcess.ROUNDS);
    assertThat(run.path("repo").asText()).isEqualTo(report.path("repo").asText());
    assertThat(run.path("commit").asText()).isEqualTo(report.path("commit").asText());
    assertThat(demo.log()).content().contains(demo.hub() + "/federations");
  }

  @Test
  @Order(3)
  void servesUnmodifiedPythonClients() throws IOException {
    var found =
        python(
            interpreter(),
            "stock_clients.py",
            demo.hub().toString(),
            report.path("repo").asText(),
            folder.toString());
    assertThat(found.path("sha").asText()).isEqualTo(report.path("commit").asText());
    assertThat(found.path("files").propertyStream().map(Map.Entry::getKey))
        .contains(
            "model.pt",
            "model.safetensors",
            "model.onnx",
            "expression.onnx",
            "adata.h5ad",
            "README.md",
            "_scvi_required_metadata.json",
            "proof.json",
            "training.json");
    assertThat(found.path("genes").asInt()).isEqualTo(500);
    assertThat(found.path("twins").asInt()).isGreaterThan(20);
    assertThat(found.path("license").asText()).isEqualTo("cc-by-4.0");
  }

  @Test
  @Order(4)
  void publishesAnnDataThatAnotherReleaseOpens() throws IOException {
    var found =
        python(
            "/usr/bin/python3",
            "stock_anndata.py",
            demo.data().resolve("pulled/adata.h5ad").toString());
    assertThat(found.path("anndata").asText()).startsWith("0.8");
    assertThat(found.path("genes").asInt()).isEqualTo(500);
    assertThat(found.path("stored").asLong()).isZero();
    assertThat(found.path("obs").valueStream().map(JsonNode::asText)).contains("cell_type");
  }

  @Test
  @Order(5)
  void startsAgainInSecondsWithTheSameModel() throws IOException, InterruptedException {
    demo.restart();
    long started = System.nanoTime();
    var again = demo.ready();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(90));
    assertThat(again.path("model_sha256")).isEqualTo(report.path("model_sha256"));
    assertThat(again.path("commit")).isEqualTo(report.path("commit"));
    assertThat(demo.log()).content().contains("Ready, trained before");
  }

  private static String interpreter() {
    String given = System.getenv("SYNCYTE_PYTHON");
    var python =
        given == null ? Repository.root().resolve(".syncyte/venv/bin/python") : Path.of(given);
    assertThat(python).as("Python with the clients; './syncyte test' makes it").exists();
    return python.toString();
  }

  private static JsonNode python(String interpreter, String script, String... arguments)
      throws IOException {
    var command = new java.util.ArrayList<String>();
    command.add(interpreter);
    command.add(SCRIPTS.resolve(script).toString());
    command.addAll(java.util.List.of(arguments));
    var run = Command.run(new ProcessBuilder(command));
    assertThat(run.code()).as(run.err()).isZero();
    return run.json();
  }
}
