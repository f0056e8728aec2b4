package org.syncyte.hub.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.syncyte.onnx.runtime.GraphWeights;

/// The published graphs, run here on the published cells.
///
/// `proof.json` is its author's word that the graphs answer as the trained model does. The hub
/// holds it against the files, looks for the model's weights in the graphs, and runs the graphs
/// itself: what the author claims is compared with what comes out.
@ApplicationScoped
class ProofCheck implements Check {
  static final String NAME = "proof";
  private static final String RECORD = "proof.json";
  private final ObjectMapper json;

  ProofCheck(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public CheckResult run(Subject subject) throws IOException {
    var findings = new ArrayList<Finding>();
    boolean recorded = record(subject, findings);
    if (!subject.has("model.onnx") && !subject.has("expression.onnx")) {
      return recorded
          ? CheckResult.of(NAME, "There are no graphs to run.", findings)
          : CheckResult.skipped(NAME, "There are no graphs to run.");
    }
    var data = subject.data();
    if (data == null || data.cells() == 0) {
      findings.add(
          Finding.note(
              "R1", Subject.DATA, "no cells to run the graphs on: " + subject.dataProblem()));
      return CheckResult.of(NAME, "The graphs were not run: there are no cells.", findings);
    }
    var numbers = new LinkedHashMap<String, Double>();
    try {
      numbers.putAll(new Rerun(subject, data, findings).run());
      numbers.put("weights_found", (double) weights(subject, findings));
    } catch (IllegalArgumentException refused) {
      findings.add(Finding.error("R2", "", "the graphs do not run: " + refused.getMessage()));
      return CheckResult.of(NAME, "The graphs do not run on the published cells.", findings);
    }
    long cells = Math.round(numbers.getOrDefault("cells", 0.0));
    var verdict = Verdict.of(findings);
    return CheckResult.of(
            NAME,
            verdict.compareTo(Verdict.NOTE) <= 0
                ? "The graphs ran on %d published cells and gave what they should.".formatted(cells)
                : "The graphs ran on %d published cells; something does not fit.".formatted(cells),
            findings)
        .with(numbers);
  }

  /// Holds the weights inside the graphs against those of the model, so that a sound pair of graphs
  /// of another model does not pass.
  private static int weights(Subject subject, List<Finding> findings) throws IOException {
    var model = subject.model();
    int equal = 0;
    if (model == null) {
      return equal;
    }
    for (var name : List.of("model.onnx", "expression.onnx", "labels.onnx")) {
      var file = subject.path(name);
      if (file == null) {
        continue;
      }
      var weights = GraphWeights.compare(file, model.state());
      equal += weights.equal().size();
      if (!weights.other().isEmpty()) {
        findings.add(
            Finding.error(
                "R10",
                name,
                "%d of its weights are not those of model.pt, such as %s"
                    .formatted(weights.other().size(), weights.other().getFirst())));
      } else if (weights.equal().isEmpty()) {
        findings.add(
            Finding.warning(
                "R10",
                name,
                "none of its weights bears a name of model.pt; it may be of another model"));
      }
    }
    return equal;
  }

  private boolean record(Subject subject, List<Finding> findings) throws IOException {
    var text = subject.text(RECORD);
    if (text == null) {
      return false;
    }
    try {
      var proof = json.readTree(text);
      if (!proof.path("passed").asBoolean(false)) {
        findings.add(Finding.error("R3", RECORD, "its own verdict is that the proof failed"));
      }
      var files = proof.path("files");
      if (!files.isObject() || files.isEmpty()) {
        findings.add(Finding.warning("R4", RECORD, "it does not name the files it speaks of"));
      }
      for (var file : files.properties()) {
        var entry = subject.files().get(file.getKey());
        if (entry == null || !file.getValue().asText().equals(entry.sha256())) {
          findings.add(
              Finding.error(
                  "R4",
                  RECORD,
                  "it was computed from another " + file.getKey() + " than this one"));
        }
      }
    } catch (JsonProcessingException unreadable) {
      findings.add(
          Finding.error("R5", RECORD, "it is not JSON: " + unreadable.getOriginalMessage()));
    }
    return true;
  }
}
