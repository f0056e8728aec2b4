package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A score for each class: a linear map, or one on top of a stack of layers.
///
/// Scores are logits. Published files from before layout 1.1 hold classifiers that end in a
/// softmax; their scores are probabilities.
public record Classifier(@Nullable FcLayers layers, Linear out, boolean logits) {
  /// @param make without layers or width the classifier is linear
  public static Classifier of(
      Weights weights, int in, int classes, FcLayers.Make make, boolean logits) {
    var scope = weights.at("classifier");
    if (make.layers() == 0 || make.hidden() == 0) {
      return new Classifier(null, Linear.of(scope.at("0"), in, classes), logits);
    }
    return new Classifier(
        FcLayers.of(scope.at("0"), in, make.hidden(), List.of(), make),
        Linear.of(scope.at("1"), make.hidden(), classes),
        logits);
  }

  /// Scores, (cells, classes).
  public NDArray apply(NDArray x, Pass pass) {
    var scores = out.apply(layers == null ? x : layers.apply(x, List.of(), pass));
    return logits ? scores : scores.softmax(-1);
  }

  /// Probabilities of scores.
  public NDArray probabilities(NDArray scores) {
    return logits ? scores.softmax(-1) : scores;
  }
}
