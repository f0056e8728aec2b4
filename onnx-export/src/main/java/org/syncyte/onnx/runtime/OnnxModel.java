package org.syncyte.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.checkpoint.Tensor;

/// An ONNX graph, open and ready to run.
///
/// It runs on the first CUDA device if the run time was built with it and one is there, else on the
/// processor; [#provider] says which it became. Calls from several threads are safe and share the
/// same pool of worker threads.
public final class OnnxModel implements AutoCloseable {
  /// Where a graph runs.
  public enum Provider {
    CUDA,
    CPU
  }

  /// Larger files are not graphs of single-cell models.
  private static final int MAX_BYTES = 1 << 30;

  private final OrtSession session;
  private final Provider provider;

  /// Memory outside the heap for inputs, used again: the run time reads it without another copy.
  private final Queue<ByteBuffer> spare = new ConcurrentLinkedQueue<>();

  private final int threads;

  private OnnxModel(OrtSession session, Provider provider, int threads) {
    this.session = session;
    this.provider = provider;
    this.threads = threads;
  }

  /// Opens a file with one thread for each processor.
  ///
  /// @throws OnnxException if it is not a graph that can be run
  public static OnnxModel open(Path file) {
    return open(file, Runtime.getRuntime().availableProcessors());
  }

  /// Opens a file.
  ///
  /// @throws OnnxException if it is not a graph that can be run
  public static OnnxModel open(Path file, int threads) {
    return open(read(file), threads);
  }

  /// The bytes of a file, if it is no larger than a graph can be.
  static byte[] read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new OnnxException(
            "%s has %d bytes; at most %d are read"
                .formatted(file.getFileName(), Files.size(file), MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new OnnxException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  /// Opens a graph held in memory with one thread for each processor.
  ///
  /// @throws OnnxException if it is not a graph that can be run
  public static OnnxModel open(byte[] graph) {
    return open(graph, Runtime.getRuntime().availableProcessors());
  }

  /// Opens a graph held in memory.
  ///
  /// @throws OnnxException if it is not a graph that can be run
  public static OnnxModel open(byte[] graph, int threads) {
    if (threads < 1) {
      throw new OnnxException("a graph runs on at least one thread, not " + threads);
    }
    GraphGuard.check(graph);
    SilentRuntime.environment();
    if (OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      try {
        return open(graph, threads, Provider.CUDA);
      } catch (OrtException e) {
        // The library knows CUDA, but this machine has no device or no driver that fits.
        System.getLogger(OnnxModel.class.getName())
            .log(System.Logger.Level.INFO, "no CUDA device for ONNX: {0}", e.getMessage());
      }
    }
    try {
      return open(graph, threads, Provider.CPU);
    } catch (OrtException e) {
      throw new OnnxException("the graph cannot be run: " + e.getMessage(), e);
    }
  }

  private static OnnxModel open(byte[] graph, int threads, Provider provider) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Idle workers sleep: they share the processors with training and with other sessions.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      if (provider == Provider.CUDA) {
        options.addCUDA(0);
      }
      var session = SilentRuntime.environment().createSession(graph, options);
      return new OnnxModel(session, provider, threads);
    }
  }

  /// Runs the graph once.
  ///
  /// @param inputs an array for each input, by name
  /// @return the outputs; one axis becomes one column
  /// @throws OnnxException if an array is missing, is not known, or does not fit
  public Outputs run(Map<String, ? extends Tensor> inputs) {
    if (!inputs.keySet().equals(session.getInputNames())) {
      throw new OnnxException(
          "the graph takes %s, but was given %s"
              .formatted(session.getInputNames(), inputs.keySet()));
    }
    var tensors = new LinkedHashMap<String, OnnxTensor>();
    var used = new ArrayList<ByteBuffer>();
    try {
      for (var input : inputs.entrySet()) {
        tensors.put(input.getKey(), tensor(input.getValue(), used));
      }
      try (var results = session.run(tensors)) {
        var outputs = new LinkedHashMap<String, Dense>();
        for (var result : results) {
          outputs.put(result.getKey(), dense(result.getKey(), (OnnxTensor) result.getValue()));
        }
        return new Outputs(outputs);
      }
    } catch (OrtException e) {
      throw new OnnxException("the graph does not run on these arrays: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
      spare.addAll(used);
    }
  }

  private OnnxTensor tensor(Tensor tensor, List<ByteBuffer> used) throws OrtException {
    var environment = SilentRuntime.environment();
    return switch (tensor) {
      case Tensor.Floats(long[] shape, float[] values) -> {
        var buffer = memory((long) values.length * Float.BYTES, used).asFloatBuffer();
        yield OnnxTensor.createTensor(environment, buffer.put(values).flip(), shape);
      }
      case Tensor.Longs(long[] shape, long[] values) -> {
        var buffer = memory((long) values.length * Long.BYTES, used).asLongBuffer();
        yield OnnxTensor.createTensor(environment, buffer.put(values).flip(), shape);
      }
    };
  }

  private ByteBuffer memory(long bytes, List<ByteBuffer> used) {
    var buffer = spare.poll();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
    used.add(buffer);
    return buffer.clear().order(ByteOrder.nativeOrder());
  }

  private static Dense dense(String name, OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    long[] shape = info.getShape();
    var buffer = tensor.getFloatBuffer();
    if (buffer == null || shape.length > 2) {
      throw new OnnxException(
          "output '%s' is %s; only float tables are returned".formatted(name, info));
    }
    var values = new float[buffer.remaining()];
    buffer.get(values);
    int rows = shape.length == 0 ? 1 : Math.toIntExact(shape[0]);
    int columns = shape.length == 2 ? Math.toIntExact(shape[1]) : 1;
    return new Dense(rows, columns, values);
  }

  /// Where it runs.
  public Provider provider() {
    return provider;
  }

  public int threads() {
    return threads;
  }

  public Set<String> inputs() {
    return Collections.unmodifiableSet(session.getInputNames());
  }

  public Set<String> outputs() {
    return Collections.unmodifiableSet(session.getOutputNames());
  }

  /// The facts noted in the file.
  public Map<String, String> metadata() {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw new OnnxException("the facts noted in the graph cannot be read", e);
    }
  }

  /// Release of the run time, for records.
  public static String version() {
    return SilentRuntime.environment().getVersion();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new OnnxException("the graph cannot be closed: " + e.getMessage(), e);
    }
  }
}
