package org.syncyte.web;

import java.util.List;

/// Lines to copy.
///
/// @param label what they are for
/// @param language shown as a small label
public record Snippet(String label, String language, String text) {
  /// The four ways to use a model, longest first.
  public static List<Snippet> all(String endpoint, String id) {
    var name = id.substring(id.indexOf('/') + 1);
    return List.of(
        new Snippet(
            "Load it with scvi-tools",
            "Python",
            """
            import os
            os.environ["HF_ENDPOINT"] = "%s"

            from scvi.hub import HubModel

            hub_model = HubModel.pull_from_huggingface_hub("%s")
            model = hub_model.model
            """
                .formatted(endpoint, id)),
        new Snippet(
            "Download the files",
            "Python",
            """
            from huggingface_hub import snapshot_download

            folder = snapshot_download("%s", endpoint="%s")
            """
                .formatted(id, endpoint)),
        new Snippet(
            "Map your own cells onto it",
            "Shell",
            """
            syncyte pull %s --hub %s
            syncyte map %s query.h5ad --out mapped.h5ad
            """
                .formatted(id, endpoint, name)),
        new Snippet(
            "Fetch one file",
            "Shell",
            "curl -L -O %s/%s/resolve/main/model.safetensors\n".formatted(endpoint, id)));
  }
}
