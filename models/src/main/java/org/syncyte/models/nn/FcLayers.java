package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stack of fully connected layers into which categorical covariates are injected.
///
/// Layer i: `[x, one-hots] → linear → batch norm → layer norm → ReLU → dropout`, each step present
/// if asked for. The one-hots enter the first layer, and every layer with `inject`. A covariate
/// with fewer than two categories takes no column.
public record FcLayers(List<Layer> layers, double dropout) {
  /// One layer; `inject` says that covariates enter it.
  record Layer(Linear linear, @Nullable BatchNorm batchNorm, boolean layerNorm, boolean inject) {}

  /// The make of a stack.
  public record Make(
      int layers,
      int hidden,
      double dropout,
      boolean batchNorm,
      boolean layerNorm,
      boolean inject) {
    public Make withLayers(int count) {
      return new Make(count, hidden, dropout, batchNorm, layerNorm, inject);
    }
  }

  public static FcLayers of(
      Weights weights, int in, int out, List<Covariate> covariates, Make make) {
    var layers = new ArrayList<Layer>();
    int width = in;
    for (int i = 0; i < make.layers(); i++) {
      var scope = weights.at("fc_layers").at("Layer " + i);
      int next = i == make.layers() - 1 ? out : make.hidden();
      boolean inject = i == 0 || make.inject();
      var blocks = new ArrayList<CategoryBlock>();
      int offset = width;
      if (inject) {
        for (var covariate : covariates) {
          if (covariate.width() > 0) {
            blocks.addAll(covariate.blocks(1, offset));
            offset += covariate.width();
          }
        }
      }
      layers.add(
          new Layer(
              Linear.of(scope.at("0"), offset, next, blocks),
              make.batchNorm() ? BatchNorm.of(scope.at("1"), next) : null,
              make.layerNorm(),
              inject && offset > width));
      width = next;
    }
    return new FcLayers(List.copyOf(layers), weights.dropout(make.dropout()));
  }

  /// @param hots one-hot columns of the covariates with at least two categories, in order
  public NDArray apply(NDArray x, List<NDArray> hots, Pass pass) {
    var h = x;
    for (var layer : layers) {
      if (layer.inject()) {
        h = h.getNDArrayInternal().concat(new NDList(hots), -1);
      }
      h = layer.linear().apply(h);
      if (layer.batchNorm() != null) {
        h = layer.batchNorm().apply(h, pass);
      }
      if (layer.layerNorm()) {
        h = LayerNorm.apply(h);
      }
      h = pass.dropout(h.getNDArrayInternal().relu(), dropout);
    }
    return h;
  }
}
