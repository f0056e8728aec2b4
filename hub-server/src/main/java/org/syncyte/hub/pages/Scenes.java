package org.syncyte.hub.pages;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
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
  private final Browser browser;

  Scenes(Repos repos, Revisions revisions, ModelFiles files, Browser browser) {
    this.repos = repos;
    this.revisions = revisions;
    this.files = files;
    this.browser = browser;
  }

  ModelScene scene(String namespace, String name, @Nullable String revision) {
    if (RepoId.RESERVED.contains(namespace)) {
      throw new HubException(ErrorCode.NOT_FOUND, "No such route");
    }
    var repo = repos.read(new RepoId(namespace, name), browser.caller());
    var wanted = revision == null || revision.isBlank() ? ModelHead.MAIN : revision;
    var found = revisions.resolve(repo, wanted);
    return new ModelScene(browser.hub(), found, wanted, files.known(found), files);
  }
}
