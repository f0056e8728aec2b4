package org.syncyte.hub.discussion;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// The difference of two commits as git prints it. A large file is the few lines that point to its
/// content; other files that are long or no text are only named.
@ApplicationScoped
public class Patch {
  private static final long MAX_FILE = 256 * 1024;
  private static final int MAX_LINES = 4_000;
  private static final int MAX_PATCH = 2 * 1024 * 1024;
  private static final String NOTHING = "0".repeat(40);
  private final Repos repos;
  private final Revisions revisions;

  Patch(Repos repos, Revisions revisions) {
    this.repos = repos;
    this.revisions = revisions;
  }

  public String between(RepoView repo, String before, String after) {
    var old = new HashMap<String, EntryView>();
    var now = new HashMap<String, EntryView>();
    revisions.files(revisions.resolve(repo, before)).forEach(file -> old.put(file.path(), file));
    revisions.files(revisions.resolve(repo, after)).forEach(file -> now.put(file.path(), file));
    var paths = new TreeSet<>(old.keySet());
    paths.addAll(now.keySet());
    var patch = new StringBuilder();
    for (String path : paths) {
      var from = old.get(path);
      var to = now.get(path);
      if ((from == null ? NOTHING : from.oid()).equals(to == null ? NOTHING : to.oid())) {
        continue;
      }
      if (patch.length() > MAX_PATCH) {
        return patch.append("… and more files\n").toString();
      }
      add(patch, path, from, to);
    }
    return patch.toString();
  }

  private void add(
      StringBuilder patch, String path, @Nullable EntryView from, @Nullable EntryView to) {
    patch.append("diff --git a/").append(path).append(" b/").append(path).append('\n');
    if (from == null) {
      patch.append("new file mode 100644\n");
    } else if (to == null) {
      patch.append("deleted file mode 100644\n");
    }
    patch
        .append("index ")
        .append(from == null ? NOTHING : from.oid())
        .append("..")
        .append(to == null ? NOTHING : to.oid())
        .append(from == null || to == null ? "\n" : " 100644\n");
    var before = lines(from);
    var after = lines(to);
    String old = from == null ? "/dev/null" : "a/" + path;
    String now = to == null ? "/dev/null" : "b/" + path;
    if (before == null || after == null) {
      patch.append("Binary files ").append(old).append(" and ").append(now).append(" differ\n");
      return;
    }
    var difference = DiffUtils.diff(before, after);
    for (String line : UnifiedDiffUtils.generateUnifiedDiff(old, now, before, difference, 3)) {
      patch.append(line).append('\n');
    }
  }

  private @Nullable List<String> lines(@Nullable EntryView file) {
    if (file == null) {
      return List.of();
    }
    if (file.lfs()) {
      return file.pointer().lines().toList();
    }
    if (file.size() > MAX_FILE) {
      return null;
    }
    try (var in = repos.open(file)) {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.readAllBytes())).toString();
      var lines = text.lines().toList();
      return text.indexOf('\0') >= 0 || lines.size() > MAX_LINES ? null : lines;
    } catch (CharacterCodingException _) {
      return null;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
