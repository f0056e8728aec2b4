package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which Python set-ups cannot load a `model.pt`, and the repaired model.
///
/// A pickle names classes of the libraries that wrote it, and these names come and go: a file saved
/// with pandas 1 does not load beside pandas 2, one saved with numpy 2 not beside numpy 1.25.
/// Writing the repaired model in the portable encoding removes every such name.
public final class CompatDoctor {
  private static final String WEIGHTS_ONLY = "torch 2.6 and later with scvi-tools up to 1.2.0";

  /// One set-up that fails.
  ///
  /// @param kind for programs
  /// @param reader the set-up, in words
  /// @param symptom what its user sees
  /// @param repaired whether the repaired file loads there
  public record Symptom(Kind kind, String reader, String symptom, boolean repaired) {}

  /// What is wrong.
  public enum Kind {
    /// The file names classes that `weights_only` loading refuses.
    WEIGHTS_ONLY,
    /// It has a parameter store, which older releases take for a weight.
    PYRO_STORE,
    /// Its registry does not say how the data were set up.
    SETUP_METHOD,
    /// Its history was written by another generation of pandas.
    PANDAS,
    /// Its arrays were written by another generation of numpy.
    NUMPY
  }

  private CompatDoctor() {}

  /// @throws CheckpointException if the file is broken or hostile
  public static List<Symptom> examine(Path file) throws IOException {
    try (var source = Source.of(file)) {
      return examine(source);
    }
  }

  /// @throws CheckpointException if the bytes are broken or hostile
  public static List<Symptom> examine(byte[] bytes) {
    try {
      return examine(Source.of(bytes));
    } catch (IOException e) {
      throw new CheckpointException("the bytes cannot be read", e);
    }
  }

  /// The model with what newer readers ask for, to be written by `TorchArchive`.
  public static SavedModel repair(SavedModel model) {
    if (!(model.attributes().get("registry_") instanceof Map<?, ?> registry)
        || registry.containsKey("setup_method_name")) {
      return model;
    }
    var complete = new LinkedHashMap<String, @Nullable Object>();
    registry.forEach((key, value) -> complete.put((String) key, value));
    complete.put("setup_method_name", "setup_anndata");
    var attributes = new LinkedHashMap<String, @Nullable Object>(model.attributes());
    attributes.put("registry_", complete);
    return new SavedModel(model.state(), model.varNames(), attributes);
  }

  private static List<Symptom> examine(Source source) throws IOException {
    var archive = TorchArchive.open(source);
    var folder = TorchArchive.folder(archive);
    var budget = TorchArchive.budget(source);
    var pickle = TorchArchive.pickle(archive, folder, budget);
    var symptoms = new ArrayList<Symptom>();
    boolean foreign = false;
    boolean oldPandas = false;
    boolean newPandas = false;
    boolean newNumpy = false;
    for (var mention : PickleReader.mentions(pickle.duplicate(), budget)) {
      foreign |= mention.module().startsWith("numpy") || mention.module().startsWith("pandas");
      oldPandas |= mention.module().equals("pandas.core.indexes.numeric");
      newPandas |= mention.module().equals("pandas");
      newNumpy |= mention.module().startsWith("numpy._core");
    }
    if (oldPandas) {
      symptoms.add(
          new Symptom(
              Kind.PANDAS, "pandas 2 and later", "no module pandas.core.indexes.numeric", true));
    }
    if (newPandas) {
      symptoms.add(
          new Symptom(Kind.PANDAS, "pandas 2 and earlier", "the history needs pandas 3", true));
    }
    if (newNumpy) {
      symptoms.add(new Symptom(Kind.NUMPY, "numpy before 1.26", "no module numpy._core", true));
    }
    if (foreign) {
      symptoms.add(new Symptom(Kind.WEIGHTS_ONLY, WEIGHTS_ONLY, "weights only load failed", true));
    }
    var model = TorchArchive.read(source);
    boolean store =
        StandardCharsets.ISO_8859_1
            .decode(pickle.duplicate())
            .toString()
            .contains(TorchArchive.PYRO);
    if (store) {
      symptoms.add(
          new Symptom(
              Kind.PYRO_STORE,
              "scvi-tools 1.2",
              "unexpected key pyro_param_store",
              !PortableArchive.pyro(model)));
    }
    if (model.attributes().get("registry_") instanceof Map<?, ?> registry
        && !registry.containsKey("setup_method_name")) {
      symptoms.add(
          new Symptom(
              Kind.SETUP_METHOD,
              "query mapping in scvi-tools up to 1.4.2",
              "KeyError setup_method_name",
              true));
    }
    return List.copyOf(symptoms);
  }
}
