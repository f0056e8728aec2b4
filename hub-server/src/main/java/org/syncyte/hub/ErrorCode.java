package org.syncyte.hub;

import org.jspecify.annotations.Nullable;

/// Why a request was refused. Clients of the Hub protocol map by [#header], not by status alone.
public enum ErrorCode {
  REPO_NOT_FOUND(404, "RepoNotFound"),
  REVISION_NOT_FOUND(404, "RevisionNotFound"),
  ENTRY_NOT_FOUND(404, "EntryNotFound"),
  GATED_REPO(403, "GatedRepo"),
  DISABLED(403, null),
  NOT_FOUND(404, null),
  BAD_TOKEN(401, null),
  TOKEN_NEEDED(401, null),
  FORBIDDEN(403, null),
  EXISTS(409, null),
  PARENT_MOVED(412, null),
  RANGE(416, null),
  TOO_BIG(413, null),
  TOO_MANY(429, null),
  BAD_REQUEST(400, null),
  UNPROCESSABLE(422, null),
  STORAGE_FULL(507, null);

  private final int status;
  private final @Nullable String header;

  ErrorCode(int status, @Nullable String header) {
    this.status = status;
    this.header = header;
  }

  public int status() {
    return status;
  }

  public @Nullable String header() {
    return header;
  }
}
