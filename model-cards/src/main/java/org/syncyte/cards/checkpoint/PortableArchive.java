package org.syncyte.cards.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The portable form of `model.pt`.
///
/// Left out: per-cell labels (private), an empty or foreign parameter store, constructor arguments
/// that older classes do not know. Emptied: index arrays and history, which need numpy and pandas.
/// Arrays among the constructor arguments stay arrays, since SysVI asks for their shape; with them
/// `weights_only` loading is lost for that one model.
final class PortableArchive {
  private static final Set<String> PYRO_MODELS = Set.of("RESOLVI", "Decipher", "AmortizedLDA");
  private static final Set<String> EMPTIED =
      Set.of("train_indices_", "validation_indices_", "test_indices_", "history_");

  private PortableArchive() {}

  static byte[] encode(SavedModel model) {
    var attributes = new LinkedHashMap<String, @Nullable Object>(model.attributes());
    attributes.remove("labels_");
    var names = attributes.remove("var_names");
    var store = attributes.remove(TorchArchive.PYRO);
    var arguments = attributes.remove("init_params_");
    attributes.replaceAll((name, value) -> EMPTIED.contains(name) ? null : value);

    var pickle = new PickleWriter();
    pickle.emptyDict();
    pickle.mark();
    pickle.text("model_state_dict");
    pickle.orderedDict();
    pickle.mark();
    model
        .state()
        .tensors()
        .forEach((name, tensor) -> {
          pickle.text(name);
          pickle.tensor(tensor);
        });
    if (pyro(model)) {
      pickle.text(TorchArchive.PYRO);
      parameterStore(pickle, store);
    }
    if (!model.state().tensors().isEmpty() || pyro(model)) {
      pickle.setItems();
    } else {
      throw new IllegalArgumentException("the model has no weights; there is nothing to write");
    }
    pickle.text("var_names");
    pickle.value(names == null ? model.varNames() : names, false);
    pickle.text("attr_dict");
    pickle.emptyDict();
    pickle.mark();
    attributes.forEach((name, value) -> {
      pickle.text(name);
      pickle.value(value, false);
    });
    pickle.text("init_params_");
    pickle.value(known(arguments), true);
    pickle.setItems();
    pickle.setItems();
    return ArchiveWriter.write(pickle.finish(), pickle.storages());
  }

  static boolean pyro(SavedModel model) {
    return model.attributes().get("registry_") instanceof Map<?, ?> registry
        && registry.get("model_name") instanceof String name
        && PYRO_MODELS.contains(name);
  }

  private static void parameterStore(PickleWriter pickle, @Nullable Object store) {
    var parts = store instanceof Map<?, ?> map ? map : Map.of();
    pickle.emptyDict();
    pickle.mark();
    pickle.text("params");
    pickle.emptyDict();
    if (parts.get("params") instanceof Map<?, ?> params && !params.isEmpty()) {
      pickle.mark();
      params.forEach((name, value) -> {
        if (!(value instanceof Tensor tensor)) {
          throw new IllegalArgumentException(
              "parameter '%s' of the store is not a tensor".formatted(name));
        }
        pickle.text((String) name);
        pickle.tensor(tensor);
      });
      pickle.setItems();
    }
    pickle.text("constraints");
    pickle.value(parts.get("constraints") instanceof Map<?, ?> map ? map : Map.of(), false);
    pickle.setItems();
  }

  private static Object known(@Nullable Object arguments) {
    if (!(arguments instanceof Map<?, ?> groups)) {
      return Map.of();
    }
    var copy = new LinkedHashMap<Object, @Nullable Object>(groups);
    if (copy.get("non_kwargs") instanceof Map<?, ?> fixed) {
      var kept = new LinkedHashMap<Object, @Nullable Object>(fixed);
      for (var name : Set.of("datamodule", "registry")) {
        if (kept.get(name) == null) {
          kept.remove(name);
        }
      }
      copy.put("non_kwargs", kept);
    }
    return copy;
  }
}
