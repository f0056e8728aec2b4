package org.syncyte.onnx.export;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.onnx.graph.GraphBuilder;
import org.syncyte.onnx.runtime.OnnxModel;

/// The record `proof.json` of a published model: its graphs answer as the model itself does.
///
/// The weights of `model.pt` run natively, and the graphs run in the run time, on the same stored
/// cells; for each graph the record holds the largest differences and whether they are within the
/// tolerance. The files are named by their hashes, so the record cannot be carried to another
/// model. Equal files and software give equal bytes.
///
/// @param passed whether every graph is within the tolerance
/// @param files SHA-256 of every file that took part, by name
/// @param graphs one comparison for each graph, by file name
/// @param software what computed, by name
@JsonPropertyOrder({"schema", "model_class", "passed", "files", "graphs", "software"})
public record Proof(
    int schema,
    String modelClass,
    boolean passed,
    Map<String, String> files,
    Map<String, Comparison> graphs,
    Map<String, String> software) {
  /// Largest relative difference allowed: float32 sums of a few thousand terms in another order.
  public static final double TOLERANCE = 1e-5;

  /// The same for latents that were stored by other software on another machine.
  public static final double STORED_TOLERANCE = 1e-3;

  /// Cells that are compared, evenly chosen from the stored ones.
  public static final int CELLS = 1024;

  /// One graph against the model.
  ///
  /// @param input where its input came from
  @JsonPropertyOrder({"cells", "input", "max_absolute", "max_relative", "tolerance", "passed"})
  public record Comparison(
      int cells,
      String input,
      double maxAbsolute,
      double maxRelative,
      double tolerance,
      boolean passed) {
    static Comparison of(int cells, String input, Difference difference) {
      return new Comparison(
          cells,
          input,
          difference.absolute(),
          difference.relative(),
          TOLERANCE,
          difference.relative() <= TOLERANCE);
    }
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPrettyPrinter(
              new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
          .build();

  public Proof {
    files = new TreeMap<>(files);
    graphs = new LinkedHashMap<>(graphs);
    software = new TreeMap<>(software);
  }

  /// Compares the graphs of a model's folder with its `model.pt` on the cells of its `adata.h5ad`.
  ///
  /// @throws IllegalArgumentException if a file is missing or damaged, or no cell is stored
  public static Proof of(Path folder) throws IOException {
    try (var fit = Fit.of(TorchArchive.read(folder.resolve("model.pt")));
        var cells = H5ad.open(folder.resolve("adata.h5ad"))) {
      return of(folder, fit, cells);
    }
  }

  private static Proof of(Path folder, Fit fit, AnnData cells) {
    var files = new TreeMap<String, String>();
    for (var name : new String[] {"model.pt", "model.onnx", "expression.onnx", "adata.h5ad"}) {
      files.put(name, sha256(folder.resolve(name)));
    }
    var graphs = new LinkedHashMap<String, Comparison>();
    String provider;
    try (var latent = OnnxModel.open(folder.resolve("model.onnx"));
        var expression = OnnxModel.open(folder.resolve("expression.onnx"))) {
      var stored = StoredCells.of(fit, cells, CELLS, latent.metadata());
      graphs.put(
          "model.onnx",
          Comparison.of(
              stored.size(),
              stored.decoded() ? "counts decoded from stored latents" : "stored counts",
              stored.latent(latent)));
      graphs.put(
          "expression.onnx",
          Comparison.of(stored.size(), "stored latents", stored.expression(expression)));
      if (fit.model() instanceof Labelling model && Files.exists(folder.resolve("labels.onnx"))) {
        files.put("labels.onnx", sha256(folder.resolve("labels.onnx")));
        try (var labels = OnnxModel.open(folder.resolve("labels.onnx"))) {
          graphs.put(
              "labels.onnx",
              Comparison.of(
                  stored.size(),
                  stored.decoded() ? "counts decoded from stored latents" : "stored counts",
                  stored.labels(labels, model)));
        }
      }
      provider = latent.provider().name();
    }
    boolean passed = graphs.values().stream().allMatch(Comparison::passed);
    return new Proof(1, fit.modelClass(), passed, files, graphs, software(provider));
  }

  /// The latents that the model gives of stored counts, against the stored latents; empty if no
  /// counts are stored.
  ///
  /// @throws IllegalArgumentException if a file is missing or damaged, or no cell is stored
  public static Optional<Comparison> storedLatents(Path folder) throws IOException {
    try (var fit = Fit.of(TorchArchive.read(folder.resolve("model.pt")));
        var cells = H5ad.open(folder.resolve("adata.h5ad"));
        var graph = OnnxModel.open(folder.resolve("model.onnx"))) {
      var stored = StoredCells.of(fit, cells, CELLS, graph.metadata());
      if (stored.decoded()) {
        return Optional.empty();
      }
      var difference = stored.encoded();
      return Optional.of(
          new Comparison(
              stored.size(),
              "stored counts",
              difference.absolute(),
              difference.relative(),
              STORED_TOLERANCE,
              difference.relative() <= STORED_TOLERANCE));
    }
  }

  private static Map<String, String> software(String provider) {
    var engine = ai.djl.engine.Engine.getEngine("PyTorch");
    return Map.of(
        "engine", engine.getEngineName() + " " + engine.getVersion(),
        "java", Runtime.version().toString(),
        "onnxruntime", OnnxModel.version(),
        "onnxruntime_provider", provider,
        "opset", Integer.toString(GraphBuilder.OPSET));
  }

  /// The record as JSON with a fixed order of fields.
  public String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers and names did not become JSON", e);
    }
  }

  /// Writes the record, whole or not at all.
  public void write(Path file) throws IOException {
    var beside = Files.createTempFile(file.toAbsolutePath().getParent(), ".proof", ".tmp");
    try {
      Files.writeString(beside, json(), StandardCharsets.UTF_8);
      try (var channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static String sha256(Path file) {
    try (var channel = FileChannel.open(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = java.nio.ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read (%s); a proof needs model.pt, its graphs and adata.h5ad"
              .formatted(file.getFileName(), e.getMessage()),
          e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
