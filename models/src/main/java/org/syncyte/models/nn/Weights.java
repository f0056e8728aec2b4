package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of a model as a scope of paths.
///
/// A layer asks for its tensors under the names of the published checkpoint, relative to its scope:
/// `weights.at("z_encoder").at("encoder").parameter("weight", ...)`. The source behind the scope
/// draws fresh values, reads a file, or hands out arrays that record what is done with them. So
/// there is no table of names: training, files, federation and export all see the same ones, and
/// `layout` lists them in the order in which the model asked.
///
/// A `dead` scope keeps tensors that files must hold and nothing uses.
public final class Weights {
  private final String path;
  private final boolean dead;
  private final WeightSource source;
  private final Freezing freezing;
  private final Map<String, NDArray> arrays;
  private final List<TensorLayout> layout;

  private Weights(
      String path,
      boolean dead,
      WeightSource source,
      Freezing freezing,
      Map<String, NDArray> arrays,
      List<TensorLayout> layout) {
    this.path = path;
    this.dead = dead;
    this.source = source;
    this.freezing = freezing;
    this.arrays = arrays;
    this.layout = layout;
  }

  public static Weights of(WeightSource source) {
    return of(source, Freezing.NONE);
  }

  /// @param freezing what training leaves alone; such parameters have the role `FIXED`
  public static Weights of(WeightSource source, Freezing freezing) {
    return new Weights("", false, source, freezing, new LinkedHashMap<>(), new ArrayList<>());
  }

  /// The scope below this one.
  public Weights at(String name) {
    return new Weights(path + name + ".", dead, source, freezing, arrays, layout);
  }

  /// This scope, its tensors unused.
  public Weights dead() {
    return new Weights(path, true, source, freezing, arrays, layout);
  }

  public Weights deadIf(boolean unused) {
    return unused ? dead() : this;
  }

  /// A tensor that training moves.
  public NDArray parameter(String name, Shape shape, Init init, List<CategoryBlock> blocks) {
    return tensor(name, shape, init, Role.TRAINED, blocks);
  }

  public NDArray parameter(String name, Shape shape, Init init) {
    return tensor(name, shape, init, Role.TRAINED, List.of());
  }

  /// A tensor computed from data before training.
  public NDArray fixed(String name, Shape shape, Init init, List<CategoryBlock> blocks) {
    return tensor(name, shape, init, Role.FIXED, blocks);
  }

  /// A running statistic.
  public NDArray statistic(String name, Shape shape, Init init) {
    return tensor(name, shape, init, Role.STATISTIC, List.of());
  }

  /// A scalar int64 that counts training steps.
  public NDArray counter(String name) {
    return tensor(name, new Shape(), Init.ZEROS, Role.COUNTER, List.of());
  }

  /// Whole numbers that belong to the architecture, not to the state.
  public NDArray constant(long[] values, Shape shape) {
    return source.constant(values, shape);
  }

  /// Whether running values of this scope stay while training.
  public boolean keepsStatistics() {
    return freezing.keepsStatistics(layer());
  }

  /// The rate of dropout in the layers of this scope, given the usual one.
  public double dropout(double rate) {
    return freezing.stopsDropout(layer()) ? 0 : rate;
  }

  private String layer() {
    return path.isEmpty() ? path : path.substring(0, path.length() - 1);
  }

  /// Every tensor asked for so far.
  public List<TensorLayout> layout() {
    return Collections.unmodifiableList(layout);
  }

  /// The arrays behind `layout`, by full name.
  public Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  private NDArray tensor(
      String name, Shape shape, Init init, Role role, List<CategoryBlock> blocks) {
    String full = path + name;
    var array = source.tensor(full, shape, init, role);
    if (arrays.put(full, array) != null) {
      throw new IllegalStateException("tensor '" + full + "' is asked for twice");
    }
    var use = role == Role.TRAINED && freezing.stays(full, blocks) ? Role.FIXED : role;
    layout.add(new TensorLayout(full, shape.getShape(), dead ? Role.DEAD : use, blocks));
    return array;
  }
}
