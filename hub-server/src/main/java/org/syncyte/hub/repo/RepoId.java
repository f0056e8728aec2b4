package org.syncyte.hub.repo;

import java.util.regex.Pattern;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.Reserved;

/// `namespace/name`, at most 96 characters of `[A-Za-z0-9._-]` in total.
public record RepoId(String namespace, String name) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]+");

  public static RepoId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new HubException(
          ErrorCode.REPO_NOT_FOUND, "No repository '" + text + "': ids here are namespace/name");
    }
    return new RepoId(text.substring(0, slash), text.substring(slash + 1));
  }

  /// Refuses names that no repository may have.
  public RepoId valid() {
    String id = toString();
    if (id.length() > 96 || !fits(namespace) || !fits(name) || name.endsWith(".git")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "repository id '"
              + id
              + "': use namespace/name, at most 96 letters, digits, '.', '_', '-', no '--' or '..',"
              + " no '-' or '.' at either end, no '.git' at the end");
    }
    if (Reserved.contains(namespace)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "repository id '"
              + id
              + "': the namespace '"
              + namespace
              + "' is kept for the hub itself");
    }
    return this;
  }

  private static boolean fits(String part) {
    return PART.matcher(part).matches()
        && !part.contains("--")
        && !part.contains("..")
        && "-.".indexOf(part.charAt(0)) < 0
        && "-.".indexOf(part.charAt(part.length() - 1)) < 0;
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
