package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.onnx.runtime.QueryMapper;

/// The commands a user types after the demo, against its hub.
@ExtendWith(SharedDemo.class)
final class CommandLineTest {
  private static final String REPO = "demo/pbmc-scvi";
  private static final Path QUERY = Repository.root().resolve("deploy/samples/pbmc/pbmc_v3.h5ad");

  @TempDir private static Path folder;

  private static DemoProcess demo;
  private static Path model;
  private static JsonNode pulled;

  @BeforeAll
  static void pullTheModel(DemoProcess shared) throws IOException, InterruptedException {
    demo = shared;
    demo.ready();
    model = folder.resolve("model");
    pulled = json("pull", REPO, "--hub", hub(), "-o", model.toString());
  }

  @Test
  void pullsTheCommitThatTheDemoNames() throws IOException, InterruptedException {
    assertThat(pulled.path("commit")).isEqualTo(demo.ready().path("commit"));
    assertThat(pulled.path("bytes").asLong())
        .isEqualTo(contents(model).values().stream().mapToLong(bytes -> bytes.length).sum());
  }

  @Test
  void namesCellsAsTheirSiteDid() throws IOException {
    var target = folder.resolve("mapped.h5ad");
    var found = json("map", model.toString(), QUERY.toString(), "-o", target.toString());
    assertThat(found.path("coverage").asDouble()).isEqualTo(1.0);
    try (AnnData mapped = H5ad.read(target)) {
      assertThat(found.path("cells").asInt()).isEqualTo(mapped.cells());
      assertThat(mapped.obsm()).containsKey("X_scVI");
      var own = mapped.obs().column("cell_type").orElseThrow();
      var named = mapped.obs().column(QueryMapper.LABEL).orElseThrow();
      int same = 0;
      for (int cell = 0; cell < mapped.cells(); cell++) {
        same += String.valueOf(own.text(cell)).equals(named.text(cell)) ? 1 : 0;
      }
      assertThat((double) same / mapped.cells()).isGreaterThan(0.85);
    }
  }

  @Test
  void engineAndGraphPutCellsAtTheSamePlace() throws IOException {
    var graph = folder.resolve("by-graph.h5ad");
    var engine = folder.resolve("by-engine.h5ad");
    json("map", model.toString(), QUERY.toString(), "-o", graph.toString());
    var found = json("latent", model.toString(), QUERY.toString(), "-o", engine.toString());
    assertThat(found.path("latent").asInt()).isEqualTo(10);
    try (AnnData one = H5ad.read(graph);
        AnnData other = H5ad.read(engine)) {
      var expected = latent(one);
      var actual = latent(other);
      assertThat(actual).hasSameSizeAs(expected);
      double largest = 0;
      for (int k = 0; k < actual.length; k++) {
        largest = Math.max(largest, Math.abs(actual[k] - expected[k]));
      }
      assertThat(largest).isLessThan(1e-3);
    }
  }

  @Test
  void exportsTheGraphsThatWerePublished() throws IOException {
    var target = folder.resolve("exported");
    var found = json("export", model.toString(), "-o", target.toString());
    assertThat(found.path("files")).isNotEmpty();
    assertThat(target.resolve("model.onnx")).hasSameBinaryContentAs(model.resolve("model.onnx"));
    assertThat(target.resolve("expression.onnx"))
        .hasSameBinaryContentAs(model.resolve("expression.onnx"));
  }

  @Test
  void bringsAFolderBackByteForByte() throws IOException {
    var token = demo.data().resolve("federation.token").toString();
    var arguments =
        List.of("push", model.toString(), "demo/copy", "--hub", hub(), "--token-file", token);
    var first = json(arguments.toArray(String[]::new));
    assertThat(first.path("changed").asBoolean()).isTrue();
    assertThat(first.path("commit").asText()).matches("[0-9a-f]{40}");
    var second = json(arguments.toArray(String[]::new));
    assertThat(second.path("changed").asBoolean()).as("nothing to do the second time").isFalse();

    var back = folder.resolve("back");
    var returned = json("pull", "demo/copy", "--hub", hub(), "-o", back.toString());
    assertThat(returned.path("commit")).isEqualTo(first.path("commit"));
    var sent = contents(model);
    var received = contents(back);
    received.keySet().removeIf(name -> !sent.containsKey(name) && name.equals(".gitattributes"));
    assertThat(received.keySet()).isEqualTo(sent.keySet());
    assertThat(sent).allSatisfy((name, bytes) -> assertThat(received.get(name)).isEqualTo(bytes));
  }

  @Test
  void refusesAWrongToken() throws IOException {
    var wrong = Files.writeString(folder.resolve("wrong.token"), "hf_nobody\n");
    var run =
        Command.syncyte(
            "push",
            model.toString(),
            "demo/stolen",
            "--hub",
            hub(),
            "--token-file",
            wrong.toString());
    assertThat(run.code()).isNotZero();
    assertThat(run.err()).contains("token").doesNotContain("hf_nobody").doesNotContain("\tat ");
    var looked = Command.syncyte("pull", "demo/stolen", "--hub", hub(), "-o", folder + "/stolen");
    assertThat(looked.code()).isNotZero();
    assertThat(folder.resolve("stolen")).doesNotExist();
  }

  private static float[] latent(AnnData cells) {
    assertThat(cells.obsm()).containsKey("X_scVI");
    return ((Dense) Objects.requireNonNull(cells.obsm().get("X_scVI"))).values();
  }

  private static String hub() {
    return demo.hub().toString();
  }

  private static JsonNode json(String... arguments) throws IOException {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    var run = Command.syncyte(all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run.json();
  }

  private static Map<String, byte[]> contents(Path root) throws IOException {
    var contents = new HashMap<String, byte[]>();
    try (var found = Files.walk(root)) {
      for (var file : found.filter(Files::isRegularFile).toList()) {
        contents.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }
}
