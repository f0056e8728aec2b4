package org.syncyte.hub.hfapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.RepoView;

/// The model-info object of the Hub protocol. A map, since clients choose its keys with `expand`.
final class ModelInfo {
  private ModelInfo() {}

  static Map<String, Object> of(
      RepoView repo, String commit, @Nullable List<EntryView> files, boolean blobs) {
    var info = new LinkedHashMap<String, Object>();
    info.put("_id", Ids.hex(repo.key()));
    info.put("id", repo.id().toString());
    info.put("modelId", repo.id().toString());
    info.put("author", repo.id().namespace());
    info.put("sha", commit);
    info.put("lastModified", Dates.text(repo.updatedAt()));
    info.put("createdAt", Dates.text(repo.createdAt()));
    info.put("private", repo.hidden());
    info.put("gated", repo.gated().isEmpty() ? (Object) false : repo.gated());
    info.put("disabled", repo.disabled());
    info.put("downloads", repo.downloads());
    info.put("likes", 0);
    info.put("library_name", repo.library());
    info.put("pipeline_tag", repo.pipelineTag());
    info.put("tags", repo.tags());
    info.put("cardData", repo.card());
    if (files != null) {
      info.put("siblings", files.stream().map(file -> sibling(file, blobs)).toList());
    }
    info.put("usedStorage", repo.usedStorage());
    return info;
  }

  /// `_id`, `id` and the named properties; names that this hub does not know are left out.
  static Map<String, Object> only(Map<String, Object> info, List<String> names) {
    if (names.isEmpty()) {
      return info;
    }
    var wanted = Set.copyOf(names);
    var subset = new LinkedHashMap<String, Object>();
    info.forEach((key, value) -> {
      if (key.equals("_id") || key.equals("id") || wanted.contains(key)) {
        subset.put(key, value);
      }
    });
    if (wanted.contains("xetEnabled")) {
      subset.put("xetEnabled", false);
    }
    if (wanted.contains("downloadsAllTime")) {
      subset.put("downloadsAllTime", info.get("downloads"));
    }
    return subset;
  }

  private static Map<String, Object> sibling(EntryView file, boolean blobs) {
    var sibling = new LinkedHashMap<String, Object>();
    sibling.put("rfilename", file.path());
    if (blobs) {
      sibling.put("size", file.size());
      sibling.put("blobId", file.oid());
      if (file.lfs()) {
        sibling.put(
            "lfs",
            Map.of(
                "sha256", file.content(), "size", file.size(), "pointerSize", pointerSize(file)));
      }
    }
    return sibling;
  }

  static Map<String, Object> entry(EntryView file) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("type", file.directory() ? "directory" : "file");
    entry.put("oid", file.oid());
    entry.put("size", file.size());
    entry.put("path", file.path());
    if (file.lfs()) {
      entry.put(
          "lfs",
          Map.of("oid", file.content(), "size", file.size(), "pointerSize", pointerSize(file)));
    }
    return entry;
  }

  static List<String> names(List<String> expand) {
    var names = new ArrayList<String>();
    expand.forEach(value -> names.addAll(List.of(value.split(","))));
    return names;
  }

  /// The pointer text is constant but for the decimal size.
  private static int pointerSize(EntryView file) {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:\nsize \n".length()
        + 64
        + Long.toString(file.size()).length();
  }
}
