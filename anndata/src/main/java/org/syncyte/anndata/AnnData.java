package org.syncyte.anndata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An annotated matrix: cells in rows, features in columns.
///
///     x       (obs, var)      the main matrix
///     layers  (obs, var)      other matrices of the same shape
///     obsm    (obs, any)      per-cell arrays, such as a latent representation
///     varm    (var, any)      per-feature arrays
///     obsp    (obs, obs)      pairwise over cells
///     uns     anything else: nested `Map<String, Object>` of `String`, `Number`, `Boolean`,
///             `String[]`, `double[]`, `float[]`, `long[]`, `int[]`, `boolean[]`, `Matrix`,
///             `Column`, `DataFrame`; or `h5ad.Opaque` for what a file holds beyond these
///
/// `x` is null when a file carries no main matrix.
public record AnnData(
    @Nullable Matrix x,
    DataFrame obs,
    DataFrame var,
    Map<String, Matrix> layers,
    Map<String, Matrix> obsm,
    Map<String, Matrix> varm,
    Map<String, Matrix> obsp,
    Map<String, Object> uns,
    @Nullable Raw raw)
    implements AutoCloseable {

  /// The matrix as it was before features were filtered.
  public record Raw(Matrix x, DataFrame var, Map<String, Matrix> varm) {}

  public AnnData {
    layers = copy(layers);
    obsm = copy(obsm);
    varm = copy(varm);
    obsp = copy(obsp);
    uns = copy(uns);
    if (x != null) {
      check("X", x, obs.size(), var.size());
    }
    for (var layer : layers.entrySet()) {
      check("layer '" + layer.getKey() + "'", layer.getValue(), obs.size(), var.size());
    }
    for (var array : obsm.entrySet()) {
      check("obsm '" + array.getKey() + "'", array.getValue(), obs.size(), -1);
    }
    for (var array : varm.entrySet()) {
      check("varm '" + array.getKey() + "'", array.getValue(), var.size(), -1);
    }
    for (var array : obsp.entrySet()) {
      check("obsp '" + array.getKey() + "'", array.getValue(), obs.size(), obs.size());
    }
  }

  /// Counts with names, and nothing else.
  public static AnnData of(Matrix x, DataFrame obs, DataFrame var) {
    return new AnnData(x, obs, var, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), null);
  }

  public int cells() {
    return obs.size();
  }

  public int genes() {
    return var.size();
  }

  /// The main matrix, or the named layer.
  ///
  /// @throws IllegalArgumentException if it is not there
  public Matrix layer(@Nullable String name) {
    var matrix = name == null ? x : layers.get(name);
    if (matrix == null) {
      throw new IllegalArgumentException(
          name == null
              ? "the file has no main matrix X; name one of its layers: " + layers.keySet()
              : "layer '%s' is not in the file; it has %s".formatted(name, layers.keySet()));
    }
    return matrix;
  }

  public AnnData withX(@Nullable Matrix newX) {
    return new AnnData(newX, obs, var, layers, obsm, varm, obsp, uns, raw);
  }

  public AnnData withLayer(String name, Matrix matrix) {
    return new AnnData(x, obs, var, put(layers, name, matrix), obsm, varm, obsp, uns, raw);
  }

  public AnnData withVar(DataFrame newVar) {
    return new AnnData(x, obs, newVar, layers, obsm, varm, obsp, uns, raw);
  }

  public AnnData withObs(DataFrame newObs) {
    return new AnnData(x, newObs, var, layers, obsm, varm, obsp, uns, raw);
  }

  public AnnData withObsm(String name, Matrix array) {
    return new AnnData(x, obs, var, layers, put(obsm, name, array), varm, obsp, uns, raw);
  }

  public AnnData withUns(String name, Object value) {
    return new AnnData(x, obs, var, layers, obsm, varm, obsp, put(uns, name, value), raw);
  }

  /// The matrices that stay in a file.
  public Stream<Backed> backed() {
    var rawMatrices = raw == null ? Stream.<Matrix>of() : matrices(raw.x, List.of(raw.varm));
    return Stream.concat(matrices(x, List.of(layers, obsm, varm, obsp)), rawMatrices)
        .filter(Backed.class::isInstance)
        .map(Backed.class::cast);
  }

  private static Stream<Matrix> matrices(@Nullable Matrix main, List<Map<String, Matrix>> others) {
    return Stream.concat(
        Stream.ofNullable(main), others.stream().flatMap(map -> map.values().stream()));
  }

  /// Closes the matrices that are backed by a file.
  @Override
  public void close() {
    backed().forEach(Backed::close);
  }

  private static void check(String what, Matrix matrix, int rows, int columns) {
    if (matrix.rows() != rows || columns >= 0 && matrix.columns() != columns) {
      throw new IllegalArgumentException(
          "%s has shape (%d, %d), expected (%d, %s)"
              .formatted(
                  what, matrix.rows(), matrix.columns(), rows, columns < 0 ? "any" : columns));
    }
  }

  private static <T> Map<String, T> copy(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static <T> Map<String, T> put(Map<String, T> map, String name, T value) {
    var all = new LinkedHashMap<>(map);
    all.put(name, value);
    return all;
  }
}
