package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.cards.CardValidator;
import org.syncyte.cards.HubMetadata;

/// Card, metadata, weights and data held against each other.
@ApplicationScoped
class CardCheck implements Check {
  @Override
  public String name() {
    return "card";
  }

  @Override
  public CheckResult run(Subject subject) throws IOException {
    boolean model = subject.has(Subject.MODEL);
    boolean metadata = subject.has(HubMetadata.FILE);
    if (!model && !metadata && !subject.has("README.md")) {
      return CheckResult.skipped(name(), "There is no card and no model yet.");
    }
    var findings = new ArrayList<Finding>();
    var data = subject.data();
    var problems =
        CardValidator.check(
            subject.text("README.md"),
            subject.text(HubMetadata.FILE),
            subject.model(),
            data == null ? null : facts(data));
    for (var problem : problems) {
      // What is missing or unreadable is said below in more words; persons have a check of their
      // own.
      boolean noModel =
          problem.code().equals("V0") && problem.severity() == CardValidator.Severity.ERROR;
      if (noModel || problem.code().startsWith("P")) {
        continue;
      }
      findings.add(
          new Finding(
              switch (problem.severity()) {
                case ERROR -> Finding.Severity.ERROR;
                case WARNING -> Finding.Severity.WARNING;
                case NOTE -> Finding.Severity.NOTE;
              },
              problem.code(),
              file(problem.code()),
              problem.message()));
    }
    if (model && subject.model() == null) {
      findings.add(unread("V0", Subject.MODEL, subject.modelProblem(), subject.modelTooLarge()));
    }
    if (subject.has(Subject.DATA) && data == null) {
      findings.add(unread("V7", Subject.DATA, subject.dataProblem(), subject.dataTooLarge()));
    }
    if (metadata && !model && !subject.has("model.safetensors")) {
      findings.add(
          Finding.error(
              "V0",
              Subject.MODEL,
              "the metadata describes a model, but no model.pt came; some releases of scvi-tools"
                  + " leave it out without a word: push again"));
    }
    var result = CheckResult.of(name(), "", findings);
    return new CheckResult(
        name(), result.verdict(), summary(result.verdict(), findings), findings, Map.of(), 0);
  }

  private static Finding unread(String code, String file, String problem, boolean tooLarge) {
    return tooLarge
        ? Finding.note(code, file, problem + "; it was not compared with the rest")
        : Finding.error(code, file, problem);
  }

  private static String summary(Verdict verdict, ArrayList<Finding> findings) {
    return switch (verdict) {
      case SKIPPED, PASSED -> "Card, metadata and weights agree.";
      case NOTE -> "Card, metadata and weights agree; the card could say more.";
      case WARNING, FAILED ->
          findings.size() == 1
              ? "One thing does not fit."
              : "%d things do not fit or are missing.".formatted(findings.size());
    };
  }

  private static String file(String code) {
    return switch (code) {
      case "C1", "C2", "C3", "C4", "C5", "V9" -> "README.md";
      case "V1" -> HubMetadata.FILE;
      case "V4", "V7", "V8" -> Subject.DATA;
      case "V0" -> "";
      default -> Subject.MODEL;
    };
  }

  private static CardValidator.DataFacts facts(AnnData data) {
    var minified = data.uns().get("_scvi_adata_minify_type") instanceof String kind ? kind : null;
    int width = -1;
    boolean sound = true;
    for (var entry : data.obsm().entrySet()) {
      boolean mean = entry.getKey().endsWith("latent_qzm");
      boolean variance = entry.getKey().endsWith("latent_qzv");
      if (mean || variance) {
        width = mean ? entry.getValue().columns() : width;
        for (float value : entry.getValue().toDense().values()) {
          sound &= Float.isFinite(value) && (!variance || value > 0);
        }
      }
    }
    return new CardValidator.DataFacts(
        minified, data.var().index(), width, sound && librariesArePositive(data));
  }

  private static boolean librariesArePositive(AnnData data) {
    @Nullable String text;
    for (var column : data.obs().columns().entrySet()) {
      if (column.getKey().endsWith("observed_lib_size")) {
        for (int cell = 0; cell < column.getValue().size(); cell++) {
          text = column.getValue().text(cell);
          if (text == null || !(Double.parseDouble(text) > 0)) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
