package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// All checks, in the order in which they run and are shown.
@ApplicationScoped
class Checks {
  private final List<Check> all;

  Checks(
      PickleCheck pickle,
      CardCheck card,
      WeightsCheck weights,
      PrivacyCheck privacy,
      CompatCheck compat,
      ProofCheck proof,
      CopyCheck copy) {
    all = List.of(pickle, card, weights, privacy, compat, proof, copy);
  }

  List<Check> all() {
    return all;
  }

  int order(String name) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        return i;
      }
    }
    return all.size();
  }
}
