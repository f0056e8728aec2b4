package org.syncyte.hub.diff;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.cards.diff.ModelDiff;
import org.syncyte.cards.diff.TextDiff;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;

/// Compares two revisions of one model: files, card, genes, categories, settings, weights, metrics.
@ApplicationScoped
public class Comparison {
  private static final int AROUND = 3;
  private static final long MAX_TEXT = 1 << 20;
  private static final long MAX_JSON = 16 << 20;
  private final Revisions revisions;
  private final BlobStore blobs;
  private final ObjectMapper json;

  Comparison(Revisions revisions, BlobStore blobs, ObjectMapper json) {
    this.revisions = revisions;
    this.blobs = blobs;
    this.json = json;
  }

  /// @param pair `before..after`, each a branch, tag or commit
  public RevisionDiff of(RepoView repo, String pair) {
    int dots = pair.indexOf("..");
    if (dots <= 0 || dots + 2 >= pair.length()) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "compare: give two revisions as before..after, not '" + pair + "'");
    }
    return of(
        revisions.resolve(repo, pair.substring(0, dots)),
        revisions.resolve(repo, pair.substring(dots + 2)));
  }

  private RevisionDiff of(Revision before, Revision after) {
    var old = files(before);
    var now = files(after);
    try {
      var oldModel = old.get("model.pt");
      var newModel = now.get("model.pt");
      ModelDiff model = null;
      String note = null;
      if (oldModel != null && newModel != null) {
        try {
          model = ModelDiff.of(model(oldModel), model(newModel));
        } catch (IllegalArgumentException unreadable) {
          note = "model.pt could not be compared: " + unreadable.getMessage();
        }
      } else if (oldModel != null || newModel != null) {
        note = "model.pt is in one of the two revisions only";
      }
      return new RevisionDiff(
          before.commit(),
          after.commit(),
          changes(old, now),
          TextDiff.hunks(
              TextDiff.of(
                  text(old.get("README.md"), MAX_TEXT), text(now.get("README.md"), MAX_TEXT)),
              AROUND),
          model,
          note,
          metrics(old.get("training.json"), now.get("training.json")));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private SavedModel model(EntryView file) throws IOException {
    long most = Runtime.getRuntime().maxMemory() / 10;
    if (file.size() > most) {
      throw new IllegalArgumentException("it is larger than this hub compares");
    }
    return TorchArchive.read(blobs.path(file.content()));
  }

  private Map<String, EntryView> files(Revision revision) {
    var files = new LinkedHashMap<String, EntryView>();
    revisions.files(revision).forEach(file -> files.put(file.path(), file));
    return files;
  }

  private static List<RevisionDiff.FileChange> changes(
      Map<String, EntryView> old, Map<String, EntryView> now) {
    var paths = new TreeSet<>(old.keySet());
    paths.addAll(now.keySet());
    var changes = new ArrayList<RevisionDiff.FileChange>();
    for (var path : paths) {
      var a = old.get(path);
      var b = now.get(path);
      if (a == null || b == null || !a.oid().equals(b.oid())) {
        changes.add(
            new RevisionDiff.FileChange(
                path,
                a == null ? "ADDED" : b == null ? "REMOVED" : "CHANGED",
                a == null ? null : a.size(),
                b == null ? null : b.size()));
      }
    }
    return changes;
  }

  private List<RevisionDiff.Metric> metrics(@Nullable EntryView before, @Nullable EntryView after)
      throws IOException {
    var old = LastMetrics.of(json, text(before, MAX_JSON));
    var now = LastMetrics.of(json, text(after, MAX_JSON));
    var names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    var metrics = new ArrayList<RevisionDiff.Metric>();
    for (var name : names) {
      if (!Objects.equals(old.get(name), now.get(name))) {
        metrics.add(new RevisionDiff.Metric(name, old.get(name), now.get(name)));
      }
    }
    return metrics;
  }

  private String text(@Nullable EntryView file, long most) throws IOException {
    return file == null || file.size() > most
        ? ""
        : new String(Files.readAllBytes(blobs.path(file.content())), StandardCharsets.UTF_8);
  }
}
