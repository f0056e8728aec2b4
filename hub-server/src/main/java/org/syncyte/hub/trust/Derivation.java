package org.syncyte.hub.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.CompatDoctor;
import org.syncyte.cards.checkpoint.Opaque;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Commits;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.Operation;

/// Forms of a model that the hub makes and keeps on branches of its own, for the newest commit on
/// main.
///
/// | branch | what |
/// |---|---|
/// | `compat/scvi-1.2`, `compat/portable`, … | the same files with `model.pt` in the portable encoding, for set-ups that cannot load the original |
/// | `compat/safetensors` | the same files with `weights.safetensors` and `registry.json`, for readers without pickle |
///
/// The author's commit is never changed.
@ApplicationScoped
class Derivation {
  static final String TWIN_BRANCH = "compat/safetensors";
  private static final Logger LOG = Logger.getLogger(Derivation.class);
  private final Commits commits;
  private final Content content;
  private final BlobStore blobs;
  private final FileScans scans;
  private final ObjectMapper json;
  private final TrustSettings settings;

  Derivation(
      Commits commits,
      Content content,
      BlobStore blobs,
      FileScans scans,
      ObjectMapper json,
      TrustSettings settings) {
    this.commits = commits;
    this.content = content;
    this.blobs = blobs;
    this.scans = scans;
    this.json = json;
    this.settings = settings;
  }

  void derive(Subject subject) throws IOException {
    var revision = subject.revision();
    var file = subject.files().get(Subject.MODEL);
    if (!settings.derive()
        || file == null
        || !revision.repo().head().equals(revision.commit())
        || scans.of(file).dangerous()) {
      return;
    }
    var model = subject.model();
    if (model == null) {
      return;
    }
    try {
      repair(subject, model);
      if (WeightsCheck.TWINS.stream().noneMatch(subject::has)) {
        twin(subject, model);
      }
    } catch (IllegalArgumentException unwritable) {
      LOG.debugf("no repaired form of %s: %s", revision.repo().id(), unwritable.getMessage());
    }
  }

  private void repair(Subject subject, SavedModel model) throws IOException {
    var matrix = CompatCheck.matrix(subject);
    if (matrix == null || matrix.branches().isEmpty()) {
      return;
    }
    var operations = new ArrayList<Operation>();
    operations.add(large(subject, Subject.MODEL, TorchArchive.encode(CompatDoctor.repair(model))));
    for (var branch : matrix.branches()) {
      commits.derive(
          subject.revision(),
          "compat/" + branch,
          "Write model.pt in the portable encoding",
          operations);
    }
  }

  private void twin(Subject subject, SavedModel model) throws IOException {
    var operations = new ArrayList<Operation>();
    operations.add(
        large(
            subject,
            "weights.safetensors",
            Safetensors.encode(model.state(), Map.of("format", "pt"))));
    var registry = registry(model);
    var stored = put(subject, registry);
    operations.add(new Operation.PutFile("registry.json", stored.sha256(), stored.size()));
    commits.derive(subject.revision(), TWIN_BRANCH, "Add the weights without a pickle", operations);
  }

  private byte[] registry(SavedModel model) {
    var root = new LinkedHashMap<String, @Nullable Object>();
    root.put("registry", plain(model.attributes().get("registry_")));
    root.put("init_params", plain(model.attributes().get("init_params_")));
    root.put("var_names", model.varNames());
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException("the registry has no JSON form", unwritable);
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), plain(item)));
        yield copy;
      }
      case List<?> list -> {
        var copy = new ArrayList<@Nullable Object>();
        list.forEach(item -> copy.add(plain(item)));
        yield copy;
      }
      case Tensor.Floats(_, var values) -> values;
      case Tensor.Longs(_, var values) -> values;
      case StateDict _ -> null;
      case Opaque opaque -> Map.of("class", opaque.global());
      case Double number when !Double.isFinite(number) -> number.toString();
      default -> value instanceof Number || value instanceof Boolean ? value : value.toString();
    };
  }

  private Operation large(Subject subject, String path, byte[] bytes) throws IOException {
    return new Operation.PutLarge(path, put(subject, bytes).sha256());
  }

  private BlobStore.Stored put(Subject subject, byte[] bytes) throws IOException {
    var stored = blobs.put(new ByteArrayInputStream(bytes), null, bytes.length);
    content.add(subject.revision().repo().key(), stored);
    return stored;
  }
}
