package org.syncyte.hub.repo;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Which paths a repository may hold: relative, no empty, `.` or `..` parts, no `.git`, no control
/// characters or backslashes, each part at most 255 bytes.
public final class Paths {
  private Paths() {}

  public static String valid(String path) {
    if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > 1024) {
      throw refused(path, "1 to 1024 bytes");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c < ' ' || c == 127 || c == '\\' || Character.isSurrogate(c) && !paired(path, i)) {
        throw refused(path, "no control characters, no backslash");
      }
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw refused(path, "a relative path without empty, '.' or '..' parts");
      }
      if (part.toLowerCase(Locale.ROOT).equals(".git")) {
        throw refused(path, "no part named .git");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > 255) {
        throw refused(path, "each part at most 255 bytes");
      }
    }
    return path;
  }

  private static boolean paired(String path, int i) {
    return Character.isHighSurrogate(path.charAt(i))
        ? i + 1 < path.length() && Character.isLowSurrogate(path.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(path.charAt(i - 1));
  }

  private static HubException refused(String path, String rule) {
    String shown = path.length() > 100 ? path.substring(0, 100) + "…" : path;
    return new HubException(ErrorCode.BAD_REQUEST, "path '" + shown + "' is not allowed: " + rule);
  }
}
