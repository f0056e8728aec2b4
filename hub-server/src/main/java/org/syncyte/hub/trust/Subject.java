package org.syncyte.hub.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Revision;

/// A commit as the checks see it: its files, the model and the data read once, when first asked
/// for.
///
/// A file that cannot be read is null here, with the reason beside it.
final class Subject implements AutoCloseable {
  static final String MODEL = "model.pt";
  static final String DATA = "adata.h5ad";
  private static final int MAX_TEXT = 1 << 20;

  private final Revision revision;
  private final Map<String, EntryView> files = new TreeMap<>();
  private final BlobStore blobs;
  private final long maxModel;
  private final long maxData;
  private boolean modelRead;
  private @Nullable SavedModel model;
  private @Nullable String modelProblem;
  private boolean dataRead;
  private @Nullable AnnData data;
  private @Nullable String dataProblem;

  Subject(Revision revision, Iterable<EntryView> all, BlobStore blobs, TrustSettings settings) {
    this.revision = revision;
    this.blobs = blobs;
    all.forEach(file -> files.put(file.path(), file));
    long memory = Runtime.getRuntime().maxMemory();
    maxModel = Math.min(settings.model(), memory / 8);
    maxData = Math.min(settings.data(), memory / 2);
  }

  Revision revision() {
    return revision;
  }

  Map<String, EntryView> files() {
    return files;
  }

  boolean has(String name) {
    return files.containsKey(name);
  }

  Path path(EntryView file) {
    return blobs.path(file.content());
  }

  /// The file's place on disk, or null if the commit has no such file.
  @Nullable Path path(String name) {
    var file = files.get(name);
    return file == null ? null : path(file);
  }

  /// The saved model, or null.
  @Nullable SavedModel model() throws IOException {
    if (!modelRead) {
      modelRead = true;
      var file = files.get(MODEL);
      if (file == null) {
        modelProblem = "there is no model.pt";
      } else if (file.size() > maxModel) {
        modelProblem = "model.pt is larger than this hub reads";
      } else {
        try {
          model = TorchArchive.read(path(file));
        } catch (IllegalArgumentException unreadable) {
          modelProblem = String.valueOf(unreadable.getMessage());
        }
      }
    }
    return model;
  }

  /// Whether the model is there, but too large for this hub to read.
  boolean modelTooLarge() {
    var file = files.get(MODEL);
    return file != null && file.size() > maxModel;
  }

  /// Whether the data are there, but too large for this hub to read.
  boolean dataTooLarge() {
    var file = files.get(DATA);
    return file != null && file.size() > maxData;
  }

  /// Why there is no model.
  String modelProblem() {
    return modelProblem == null ? "" : modelProblem;
  }

  /// The data beside the model, its matrix left in the file, or null.
  @Nullable AnnData data() throws IOException {
    if (!dataRead) {
      dataRead = true;
      var file = files.get(DATA);
      if (file == null) {
        dataProblem = "there is no adata.h5ad";
      } else if (file.size() > maxData) {
        dataProblem = "adata.h5ad is larger than this hub reads";
      } else {
        try {
          data = H5ad.open(path(file));
        } catch (IllegalArgumentException unreadable) {
          dataProblem = String.valueOf(unreadable.getMessage());
        }
      }
    }
    return data;
  }

  /// Why there is no data.
  String dataProblem() {
    return dataProblem == null ? "" : dataProblem;
  }

  /// A short file as text, or null.
  @Nullable String text(String name) throws IOException {
    var file = files.get(name);
    return file == null || file.size() > MAX_TEXT
        ? null
        : new String(Files.readAllBytes(path(file)), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (data != null) {
      data.close();
    }
  }
}
