package org.syncyte.onnx.export;

import java.util.List;
import org.syncyte.models.Cytovi;
import org.syncyte.models.nn.Covariate;
import org.syncyte.onnx.graph.GraphBuilder;
import org.syncyte.onnx.runtime.FactKeys;

/// Notes in a graph what a reader needs to feed it: names of genes and categories, in code order.
final class Facts {
  private Facts() {}

  static void note(GraphBuilder graph, Blueprint model, String role, int latent) {
    graph
        .metadata(FactKeys.ROLE, role)
        .metadata(FactKeys.MODEL_CLASS, model.modelClass())
        .metadata(FactKeys.LATENT, Integer.toString(latent))
        .metadata(FactKeys.GENES, lines(model.genes()))
        .metadata(FactKeys.BATCHES, lines(model.data().batch().categories()))
        .metadata(FactKeys.LABELS, lines(model.data().labels().categories()))
        .metadata(
            FactKeys.CATEGORICAL,
            lines(model.data().categorical().stream().map(Covariate::name).toList()))
        .metadata(FactKeys.CONTINUOUS, lines(model.continuous()));
    if (model.batchKey() != null) {
      graph.metadata(FactKeys.BATCH_KEY, model.batchKey());
    }
    if (!model.data().markers().isEmpty()) {
      var encoded = Cytovi.Config.of(model.config()).encoded();
      graph.metadata(FactKeys.ENCODED, lines(encoded.isEmpty() ? model.data().markers() : encoded));
    }
    if (!model.proteins().isEmpty()) {
      graph.metadata(FactKeys.PROTEINS, lines(model.proteins()));
    }
    if (model.proteinsKey() != null) {
      graph.metadata(FactKeys.PROTEINS_KEY, model.proteinsKey());
    }
    if (model.labelsKey() != null) {
      graph.metadata(FactKeys.LABELS_KEY, model.labelsKey());
    }
    for (var covariate : model.data().categorical()) {
      graph.metadata(FactKeys.CATEGORICAL + "." + covariate.name(), lines(covariate.categories()));
    }
    model.config().forEach((name, value) -> graph.metadata("config." + name, value));
  }

  private static String lines(List<String> names) {
    for (var name : names) {
      if (name.indexOf('\n') >= 0) {
        throw new IllegalArgumentException(
            "name '%s' holds a line break; rename it before export".formatted(name));
      }
    }
    return String.join("\n", names);
  }
}
