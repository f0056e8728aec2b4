package org.syncyte.hub.trust;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.GlobalPolicy;

/// What the pickle in a file would make Python import.
///
/// @param problem why it could not be followed to its end, or null
public record FileScan(GlobalPolicy verdict, List<Name> names, @Nullable String problem) {
  public FileScan {
    names = List.copyOf(names);
  }

  /// A name that the file mentions.
  public record Name(String module, String name, GlobalPolicy verdict) {}

  boolean dangerous() {
    return verdict == GlobalPolicy.DANGEROUS;
  }

  /// The worst of the names, for sentences; the problem if there is none.
  String reason() {
    var worst =
        names.stream()
            .filter(name -> name.verdict() == verdict && verdict != GlobalPolicy.ALLOWED)
            .map(name -> name.module() + "." + name.name())
            .distinct()
            .limit(3)
            .toList();
    if (!worst.isEmpty()) {
      return "it mentions " + String.join(", ", worst);
    }
    return problem == null ? "every name in it is allowed" : problem;
  }
}
