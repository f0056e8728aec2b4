package org.syncyte.hub.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.syncyte.web.ProofView;

/// Reads `proof.json`: whether the published files answer as the trained model does.
///
///     {"passed": true, "tolerance": 1e-4, "max_difference": 3e-7,
///      "checks": [{"name": "..", "passed": true, "tolerance": .., "max_difference": .., "note": ".."}]}
///
/// Numbers may be decimal strings. Without `passed` a proof counts as failed.
final class ProofFile {
  static final String NAME = "proof.json";
  private static final int MAX_CHECKS = 100;

  private ProofFile() {}

  /// @throws IllegalArgumentException if the bytes are not a proof
  static ProofView read(byte[] bytes) {
    var proof = Json.tree(bytes);
    if (!proof.isObject()) {
      throw new IllegalArgumentException(NAME + " is not a JSON object");
    }
    var checks = new ArrayList<ProofView.Check>();
    for (var check : proof.path("checks")) {
      if (checks.size() < MAX_CHECKS && check.isObject()) {
        var name = Json.text(check, "name", "check");
        checks.add(
            new ProofView.Check(
                name == null ? "check " + (checks.size() + 1) : name,
                check.path("passed").asBoolean(false),
                Json.number(check, "tolerance"),
                difference(check),
                Json.text(check, "note", "message")));
      }
    }
    return new ProofView(
        proof.path("passed").asBoolean(false), Json.number(proof, "tolerance"), difference(proof), checks);
  }

  private static @Nullable Double difference(JsonNode node) {
    return Json.number(node, "max_difference", "max_abs_difference", "max_abs_diff", "max_diff");
  }
}
