package org.syncyte.hub.pages;

import jakarta.enterprise.context.RequestScoped;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.Reserved;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.web.ModelHead;

/// Finds the model and revision that a page's address names.
@RequestScoped
class Scenes {
  private final Repos repos;
  private final Revisions revisions;
  private final ModelFiles files;
  private final Gate gate;
  private final Browser browser;

  Scenes(Repos repos, Revisions revisions, ModelFiles files, Gate gate, Browser browser) {
    this.repos = repos;
    this.revisions = revisions;
    this.files = files;
    this.gate = gate;
    this.browser = browser;
  }

  /// The scene, for pages that show what is in the files.
  ModelScene inside(String namespace, String name, @Nullable String revision) {
    var scene = scene(namespace, name, revision);
    gate.check(scene.repo(), browser.caller());
    return scene;
  }

  ModelScene scene(String namespace, String name, @Nullable String revision) {
    if (Reserved.contains(namespace)) {
      throw new HubException(ErrorCode.NOT_FOUND, "No such route");
    }
    var repo = repos.read(new RepoId(namespace, name), browser.caller());
    var wanted = revision == null || revision.isBlank() ? ModelHead.MAIN : revision;
    var found = revisions.resolve(repo, wanted);
    boolean open = gate.open(repo, browser.caller());
    var known = new LinkedHashMap<>(files.known(found));
    if (!open) {
      known.keySet().retainAll(Set.of("README.md"));
    }
    boolean mine = browser.caller().canWrite(repo.id().namespace(), repo.id().name());
    return new ModelScene(browser.hub(), found, wanted, known, files, open, mine);
  }
}
