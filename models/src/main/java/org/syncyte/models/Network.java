package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Freezing;
import org.syncyte.models.nn.FreshWeights;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.TensorLayout;
import org.syncyte.models.nn.WeightSource;
import org.syncyte.models.nn.Weights;

/// A model over weights that are alive in the engine.
///
/// An array made from others belongs to the scope of the first. A result of weights would therefore
/// live as long as they do; so whoever computes opens `use`, in which the weights belong to a short
/// scope, and everything made is freed when it closes. One thread at a time.
public final class Network implements AutoCloseable {
  /// A time in which the weights and all that is made of them belong to `arrays`.
  public record Use(NDManager arrays, ReentrantLock lock) implements AutoCloseable {
    @Override
    public void close() {
      try {
        arrays.close();
      } finally {
        lock.unlock();
      }
    }
  }

  private final String modelClass;
  private final Map<String, String> config;
  private final Summary data;
  private final Freezing freezing;
  private final ReentrantLock lock = new ReentrantLock();
  private NDManager manager;
  private Weights weights;
  private Model model;

  private Network(
      String modelClass,
      Map<String, String> config,
      Summary data,
      Freezing freezing,
      NDManager manager,
      WeightSource source) {
    this.modelClass = modelClass;
    this.config = Map.copyOf(config);
    this.data = data;
    this.freezing = freezing;
    this.manager = manager;
    weights = Weights.of(source, freezing);
    model = Catalogue.build(modelClass, config, data, weights);
  }

  /// A model with initial weights, which depend on the arguments alone.
  public static Network start(
      String modelClass, Map<String, String> config, Summary data, long seed) {
    return start(modelClass, config, data, seed, Freezing.NONE);
  }

  /// @param freezing what training leaves alone
  static Network start(
      String modelClass, Map<String, String> config, Summary data, long seed, Freezing freezing) {
    var manager = Compute.scope();
    return new Network(
        modelClass, config, data, freezing, manager, new FreshWeights(manager, seed));
  }

  /// A model with saved weights.
  ///
  /// @throws IllegalArgumentException if a tensor is missing, mis-shaped, or not of this model
  public static Network of(
      String modelClass, Map<String, String> config, Summary data, StateDict state) {
    return of(modelClass, config, data, state, Freezing.NONE);
  }

  private static Network of(
      String modelClass,
      Map<String, String> config,
      Summary data,
      StateDict state,
      Freezing freezing) {
    var manager = Compute.scope();
    try {
      var source = new StoredWeights(manager, state);
      var network = new Network(modelClass, config, data, freezing, manager, source);
      source.refuseUnused(network.weights);
      return network;
    } catch (RuntimeException refused) {
      manager.close();
      throw refused;
    }
  }

  public Model model() {
    return model;
  }

  public Summary data() {
    return data;
  }

  public List<TensorLayout> layout() {
    return weights.layout();
  }

  /// The live array of that name; it belongs to the network.
  public NDArray array(String name) {
    return Objects.requireNonNull(
        weights.arrays().get(name), () -> "tensor '" + name + "' is not in the model");
  }

  /// The arrays that training moves.
  public List<NDArray> trained() {
    var trained = new ArrayList<NDArray>();
    for (var tensor : layout()) {
      if (tensor.role() == Role.TRAINED) {
        trained.add(array(tensor.name()));
      }
    }
    return trained;
  }

  /// Which columns of an array that training moves do move, as 1 and 0; null if it moves whole.
  public float @Nullable [] moving(NDArray trained) {
    for (var tensor : layout()) {
      if (array(tensor.name()) == trained) {
        if (!freezing.masks(tensor.name())) {
          return null;
        }
        var columns = new float[Math.toIntExact(tensor.shape()[1])];
        for (var block : tensor.blocks()) {
          columns[block.index()] = 1;
        }
        return columns;
      }
    }
    throw new IllegalArgumentException("the array is not one of this network");
  }

  /// Opens a time of computing; close it.
  public Use use() {
    lock.lock();
    var arrays = manager.newSubManager();
    arrays.tempAttachAll(weights.arrays().values().toArray(NDArray[]::new));
    return new Use(arrays, lock);
  }

  /// A copy of all tensors.
  public StateDict state() {
    lock.lock();
    try {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var tensor : layout()) {
        var array = array(tensor.name());
        tensors.put(
            tensor.name(),
            array.getDataType() == DataType.INT64
                ? new Tensor.Longs(tensor.shape(), array.toLongArray())
                : new Tensor.Floats(tensor.shape(), array.toFloatArray()));
      }
      return new StateDict(tensors);
    } finally {
      lock.unlock();
    }
  }

  /// Replaces all tensors. The state must hold exactly the tensors of this model; otherwise nothing
  /// changes.
  public void load(StateDict state) {
    lock.lock();
    try {
      var loaded = of(modelClass, config, data, state, freezing);
      manager.close();
      manager = loaded.manager;
      weights = loaded.weights;
      model = loaded.model;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      manager.close();
    } finally {
      lock.unlock();
    }
  }
}
