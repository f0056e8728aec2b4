package org.syncyte.federation;

import java.util.regex.Pattern;

/// Names of federations, sites and runs: they stand in names of topics.
public final class Ids {
  private static final Pattern RULE = Pattern.compile("[a-z0-9-]{1,32}");

  private Ids() {}

  /// @throws IllegalArgumentException if the name breaks the rule
  public static String check(String what, String id) {
    if (!RULE.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "%s must be 1 to 32 of a-z, 0-9 and '-', not '%s'"
              .formatted(what, id.length() <= 64 ? id : id.substring(0, 64) + "…"));
    }
    return id;
  }
}
