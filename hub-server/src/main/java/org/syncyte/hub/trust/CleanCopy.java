package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.RegistryFacts;
import org.syncyte.cards.checkpoint.CompatDoctor;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.cards.privacy.PrivacyLint;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.CommitView;
import org.syncyte.hub.repo.Commits;
import org.syncyte.hub.repo.Content;
import org.syncyte.hub.repo.Operation;

/// Makes a copy of a commit without what the privacy check found, on the branch `compat/clean`.
///
/// | file | what changes |
/// |---|---|
/// | `model.pt` | written in the portable encoding: no per-cell labels, no split, no history |
/// | `adata.h5ad` | cells are numbered instead of named; only the columns that the model was set up with stay; of the unstructured part only what scvi-tools needs |
/// | `README.md` and other texts | addresses and paths become `[removed]` |
/// | `proof.json` and results | left out: they speak of files that are other now |
///
/// The author's commit stays as it is. Categories of the model keep their names: without them the
/// model could not be used.
@ApplicationScoped
class CleanCopy {
  static final String BRANCH = "compat/clean";
  private static final List<String> TEXTS = List.of("README.md", "training.json", "scvi-hub.json");
  private static final List<String> SPEAKING =
      List.of("proof.json", Evaluation.FILE, Importance.FILE);
  private final Commits commits;
  private final Content content;
  private final BlobStore blobs;

  CleanCopy(Commits commits, Content content, BlobStore blobs) {
    this.commits = commits;
    this.content = content;
    this.blobs = blobs;
  }

  CommitView make(Subject subject) throws IOException {
    var operations = new ArrayList<Operation>();
    var model = subject.model();
    if (model == null && subject.has(Subject.MODEL)) {
      throw new HubException(
          ErrorCode.UNPROCESSABLE, "No clean copy can be made: " + subject.modelProblem());
    }
    if (model != null) {
      var bytes = TorchArchive.encode(CompatDoctor.repair(model));
      operations.add(new Operation.PutLarge(Subject.MODEL, put(subject, bytes).sha256()));
    }
    if (subject.has(Subject.DATA)) {
      operations.add(new Operation.PutLarge(Subject.DATA, data(subject, model).sha256()));
    }
    for (var name : TEXTS) {
      var text = subject.text(name);
      if (text != null && !PrivacyLint.cleaned(text).equals(text)) {
        var stored = put(subject, PrivacyLint.cleaned(text).getBytes(StandardCharsets.UTF_8));
        operations.add(new Operation.PutFile(name, stored.sha256(), stored.size()));
      }
    }
    if (!operations.isEmpty()) {
      SPEAKING.stream()
          .filter(subject::has)
          .forEach(name -> operations.add(new Operation.DeleteFile(name)));
    }
    return commits.derive(
        subject.revision(), BRANCH, "Leave out what may point to persons", operations);
  }

  private BlobStore.Stored data(Subject subject, @Nullable SavedModel model) throws IOException {
    var data = subject.data();
    if (data == null) {
      throw new HubException(
          ErrorCode.UNPROCESSABLE, "No clean copy can be made: " + subject.dataProblem());
    }
    var file = Files.createTempFile("clean", ".h5ad");
    try {
      H5ad.write(clean(data, model), file);
      try (var in = Files.newInputStream(file)) {
        var stored = blobs.put(in, null, Files.size(file));
        content.add(subject.revision().repo().key(), stored);
        return stored;
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  static AnnData clean(AnnData data, @Nullable SavedModel model) {
    var needed = needed(model);
    var columns = new LinkedHashMap<String, Column>();
    data.obs()
        .columns()
        .forEach((name, column) -> {
          if (name.startsWith("_scvi_")
              || name.endsWith("observed_lib_size")
              || needed.contains(name)) {
            columns.put(name, column);
          }
        });
    var numbers = IntStream.range(0, data.cells()).mapToObj(i -> "cell" + i).toList();
    var uns = new LinkedHashMap<String, Object>();
    data.uns()
        .forEach((key, value) -> {
          if (key.startsWith("_scvi_")) {
            uns.put(key, value);
          }
        });
    return new AnnData(
        data.x(),
        new DataFrame(numbers, columns),
        data.var(),
        data.layers(),
        data.obsm(),
        data.varm(),
        Map.of(),
        uns,
        null);
  }

  /// Columns that the model's set-up names.
  private static Set<String> needed(@Nullable SavedModel model) {
    var names = new HashSet<String>();
    if (model != null) {
      var facts = RegistryFacts.of(model);
      facts.setup().values().forEach(value -> add(names, value));
      names.addAll(facts.categories().keySet());
    }
    return names;
  }

  private static void add(Set<String> names, @Nullable Object value) {
    switch (value) {
      case String name -> names.add(name);
      case List<?> list -> list.forEach(item -> add(names, item));
      case null, default -> {}
    }
  }

  private BlobStore.Stored put(Subject subject, byte[] bytes) {
    var stored = blobs.put(new ByteArrayInputStream(bytes), null, bytes.length);
    content.add(subject.revision().repo().key(), stored);
    return stored;
  }
}
