package org.syncyte.worker.prove;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.Catalogue;
import org.syncyte.onnx.export.Proof;

/// Runs the model of a downloaded folder and holds it against everything else that claims to give
/// the same answers.
///
///     model.pt, run here ─┬─ model.onnx, expression.onnx, labels.onnx    the same cells, 1e-5
///                         ├─ latents in adata.h5ad                       where counts are stored
///                         ├─ model.safetensors                           every weight, bit by bit
///                         └─ proof.json                                  its maker's own numbers
///
/// A model that cannot be run for want of a graph or of cells is `SKIPPED`. So is one on which the
/// software here breaks down: a fault of this program must not be held against a model. A file that
/// does not fit or cannot be read is `FAILED`.
final class NativeRun {
  /// The files that play a part.
  static final Set<String> FILES =
      Set.of(
          "model.pt",
          "model.safetensors",
          "model.onnx",
          "expression.onnx",
          "labels.onnx",
          "adata.h5ad",
          "proof.json");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Map<String, String> hashes;
  private final Map<String, String> software = new TreeMap<>();
  private final List<Report.Comparison> found = new ArrayList<>();

  private NativeRun(Path folder, Map<String, String> hashes, String version) {
    this.folder = folder;
    this.hashes = hashes;
    software.put("syncyte", version);
  }

  /// @param hashes SHA-256 of the files that were downloaded, by name
  /// @param version of this program
  static Report of(Path folder, Map<String, String> hashes, String version) throws IOException {
    var run = new NativeRun(folder, hashes, version);
    try {
      return run.report();
    } catch (IllegalArgumentException misfit) {
      run.found.removeIf(Report.Comparison::passed);
      return run.report(Report.Outcome.FAILED, "The model cannot be run: " + misfit.getMessage());
    } catch (IOException | IllegalStateException broken) {
      throw broken;
    } catch (RuntimeException broken) {
      return run.skipped("The agent could not run it: " + broken);
    }
  }

  private Report report() throws IOException {
    var saved = TorchArchive.read(folder.resolve("model.pt"));
    var name = String.valueOf(registry(saved.attributes().get("registry_")).get("model_name"));
    if (!Catalogue.names().contains(name)) {
      return skipped("The class " + name + " is not one that this agent can run.");
    }
    weights(saved.state());
    for (var file : List.of("model.onnx", "expression.onnx")) {
      if (!Files.exists(folder.resolve(file))) {
        return unproved("There is no " + file + " to hold the model against.");
      }
    }
    if (!Files.exists(folder.resolve("adata.h5ad"))) {
      return unproved("There are no published cells to run it on.");
    }
    try (var cells = H5ad.open(folder.resolve("adata.h5ad"))) {
      if (cells.obsm().keySet().stream().noneMatch(key -> key.endsWith("latent_qzm"))) {
        return unproved("The published cells have no latents.");
      }
    }
    var proof = Proof.of(folder);
    proof.graphs().forEach((graph, apart) -> found.add(Report.Comparison.of(graph, apart)));
    Proof.storedLatents(folder)
        .ifPresent(apart -> found.add(Report.Comparison.of("adata.h5ad", apart)));
    proof.software().forEach(software::putIfAbsent);
    record(proof);
    var failed = found.stream().filter(one -> !one.passed()).map(Report.Comparison::name).toList();
    return failed.isEmpty()
        ? report(
            Report.Outcome.PROVED,
            "The weights of model.pt, run natively, give what the published files say.")
        : report(
            Report.Outcome.FAILED, "model.pt does not agree with " + String.join(", ", failed));
  }

  /// The other file of the weights: equal bit by bit, or not equal.
  private void weights(StateDict state) throws IOException {
    var file = folder.resolve("model.safetensors");
    if (!Files.exists(file)) {
      return;
    }
    var other = Safetensors.read(file).tensors();
    String odd = null;
    for (var tensor : state.tensors().entrySet()) {
      var twin = other.get(tensor.getKey());
      if (twin == null || !tensor.getValue().same(twin)) {
        odd = tensor.getKey();
      }
    }
    if (odd == null && other.size() != state.tensors().size()) {
      odd = "the number of tensors";
    }
    found.add(
        new Report.Comparison(
            "model.safetensors",
            0,
            Report.line(
                odd == null ? "every weight, bit by bit" : "weights that differ, such as " + odd),
            odd == null ? 0.0 : null,
            odd == null ? 0.0 : null,
            0.0,
            odd == null));
  }

  /// What the maker recorded of the same comparisons.
  private void record(Proof proof) throws IOException {
    var file = folder.resolve("proof.json");
    if (!Files.exists(file)) {
      return;
    }
    JsonNode said;
    try {
      said = JSON.readTree(file.toFile());
    } catch (JsonProcessingException unreadable) {
      said = JSON.createObjectNode();
    }
    String objection = said.path("passed").asBoolean(false) ? null : "its own verdict is no";
    for (var named : proof.files().entrySet()) {
      if (!said.path("files").path(named.getKey()).asText().equals(named.getValue())) {
        objection = "it speaks of another " + named.getKey();
      }
    }
    double apart = 0;
    int cells = 0;
    for (var graph : proof.graphs().entrySet()) {
      var recorded = said.path("graphs").path(graph.getKey()).path("max_relative");
      double moved =
          recorded.isNumber()
              ? Math.abs(recorded.doubleValue() - graph.getValue().maxRelative())
              : Double.POSITIVE_INFINITY;
      apart = Math.max(apart, moved);
      cells = graph.getValue().cells();
    }
    if (objection == null && !(apart <= Proof.TOLERANCE)) {
      objection = "its differences are not those found here";
    }
    found.add(
        new Report.Comparison(
            "proof.json",
            cells,
            objection == null ? "the differences that it records" : objection,
            null,
            Report.Comparison.finite(apart),
            Proof.TOLERANCE,
            objection == null));
  }

  /// Nothing was run, but what was compared without running may already speak against the model.
  private Report unproved(String why) {
    return found.stream().allMatch(Report.Comparison::passed)
        ? skipped(why)
        : report(Report.Outcome.FAILED, "model.pt does not agree with model.safetensors");
  }

  private Report skipped(String why) {
    found.clear();
    return report(Report.Outcome.SKIPPED, why);
  }

  private Report report(Report.Outcome outcome, String summary) {
    return new Report(1, outcome, summary, hashes, software, found);
  }

  private static Map<?, ?> registry(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
