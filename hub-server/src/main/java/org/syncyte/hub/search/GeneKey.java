package org.syncyte.hub.search;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.regex.Pattern;

/// A gene's name as 64 bits.
///
/// Names are compared as they are written, except for the version of an Ensembl id:
/// `ENSG00000141510.17` and `ENSG00000141510` are one gene. Letter case counts, since it tells
/// human symbols from mouse ones. The bits are the 64-bit FNV-1a hash, mixed once more; among
/// 200,000 names a clash has a chance of one in a billion.
public final class GeneKey {
  private static final Pattern VERSION = Pattern.compile("(ENS[A-Z]{0,4}G\\d{11})\\.\\d{1,3}");

  private GeneKey() {}

  public static long of(String name) {
    var text = name.strip();
    if (text.startsWith("ENS") && text.indexOf('.') > 0) {
      var versioned = VERSION.matcher(text);
      if (versioned.matches()) {
        text = versioned.group(1);
      }
    }
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
    return hash ^ hash >>> 32;
  }

  /// The keys of some names, each once, in order of size.
  public static long[] of(Collection<String> names) {
    return names.stream()
        .filter(name -> !name.isBlank())
        .mapToLong(GeneKey::of)
        .sorted()
        .distinct()
        .toArray();
  }
}
