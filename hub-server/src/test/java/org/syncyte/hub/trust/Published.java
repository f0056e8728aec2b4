package org.syncyte.hub.trust;

import static org.awaitility.Awaitility.await;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.batch;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.upload;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.syncyte.hub.HubClient;
import org.syncyte.onnx.graph.Attribute;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;
import org.syncyte.onnx.runtime.FactKeys;

/// Models for tests, as they are pushed, and what the hub finds out about them.
public final class Published {
  private final Map<String, byte[]> large = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  public static byte[] fixture(String name) {
    try (var in = Published.class.getResourceAsStream("/fixtures/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no fixture " + name);
      }
      return in.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public Published large(String path, byte[] content) {
    large.put(path, content);
    return this;
  }

  public Published text(String path, String content) {
    lines.add(HubClient.file(path, content));
    return this;
  }

  /// Pushes all of it as one commit to main; returns the commit.
  public String push(String repo) {
    var all = new ArrayList<>(List.of(header("Publish")));
    large.forEach(
        (path, content) -> all.add(HubClient.large(path, sent(repo, content), content.length)));
    all.addAll(lines);
    return committed(adminToken(), repo, all.toArray(String[]::new));
  }

  /// Uploads content unless the hub has it already; returns its SHA-256.
  private static String sent(String repo, byte[] content) {
    var oid = HubClient.sha256(content);
    boolean there =
        batch(adminToken(), repo, List.of("basic"), oid, content.length)
                .then()
                .statusCode(200)
                .extract()
                .path("objects[0].actions")
            == null;
    return there ? oid : upload(adminToken(), repo, content);
  }

  /// What the hub found, once it is done.
  public static JsonPath checks(String repo, String revision) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> report(repo, revision).getString("state").matches("DONE|BROKEN"));
    return report(repo, revision);
  }

  private static JsonPath report(String repo, String revision) {
    return admin()
        .get("/api/models/" + repo + "/checks/" + revision)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  /// A decoder that gives shares summing to one, as a published `expression.onnx`.
  public static byte[] decoder(int latent, int genes) {
    var graph = new GraphBuilder("expression");
    var z = graph.input("z", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, latent);
    var library = graph.input("library", ElementType.FLOAT, GraphBuilder.CELLS_SIDE);
    var weights = graph.weights("w", new long[] {latent, genes}, weights(latent * genes));
    var scores = graph.node("MatMul", List.of(z, weights));
    var scale = graph.node("Softmax", List.of(scores), Attribute.of("axis", 1));
    var axis = graph.weights("axis", new long[] {1}, new long[] {1});
    var column = graph.node("Unsqueeze", List.of(library, axis));
    var mean = graph.node("Mul", List.of(scale, column));
    graph.output("scale", scale, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, genes);
    graph.output("mean", mean, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, genes);
    return graph.metadata(FactKeys.ROLE, "expression").encode();
  }

  /// The same with shares that sum to something else.
  public static byte[] brokenDecoder(int latent, int genes) {
    var graph = new GraphBuilder("expression");
    var z = graph.input("z", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, latent);
    var weights = graph.weights("w", new long[] {latent, genes}, weights(latent * genes));
    var scores = graph.node("MatMul", List.of(z, weights));
    graph.output("scale", scores, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, genes);
    graph.output("mean", scores, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, genes);
    return graph.encode();
  }

  private static float[] weights(int count) {
    var random = new Random(5);
    var weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }
}
