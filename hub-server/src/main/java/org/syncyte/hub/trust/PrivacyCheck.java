package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.cards.HubMetadata;
import org.syncyte.cards.privacy.Exposure;
import org.syncyte.cards.privacy.PrivacyLint;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;

/// What the commit says about people who are not asked.
@ApplicationScoped
class PrivacyCheck implements Check {
  private static final List<String> TEXTS =
      List.of("README.md", HubMetadata.FILE, "training.json", "scvi-hub.json", "metrics.json");

  @Override
  public String name() {
    return "privacy";
  }

  @Override
  public CheckResult run(Subject subject) throws IOException {
    var findings = new ArrayList<Finding>();
    int looked = 0;
    for (var name : TEXTS) {
      var text = subject.text(name);
      if (text != null) {
        looked++;
        add(findings, name, PrivacyLint.text(name, text));
      }
    }
    var model = subject.model();
    if (model != null) {
      looked++;
      add(findings, Subject.MODEL, PrivacyLint.model(model));
    }
    var data = subject.data();
    if (data != null) {
      looked++;
      add(findings, Subject.DATA, exposures(data));
    }
    for (var name : List.of(Importance.FILE, Evaluation.FILE)) {
      if (subject.has(name)) {
        looked++;
        add(findings, name, results(name, subject.text(name)));
      }
    }
    if (looked == 0) {
      return CheckResult.skipped(name(), "There is nothing to look through yet.");
    }
    var worst = Verdict.of(findings);
    return new CheckResult(
        name(),
        worst == Verdict.FAILED ? Verdict.WARNING : worst,
        findings.isEmpty()
            ? "Nothing in the files seems to point to a person."
            : "%d %s may point to persons or single cells. Owners get a clean copy by POST /api/models/%s/clean/main."
                .formatted(
                    findings.size(),
                    findings.size() == 1 ? "thing" : "things",
                    subject.revision().repo().id()),
        findings,
        Map.of(),
        0);
  }

  /// What a file of results says of small groups; null for one that is too large to be one.
  static List<Exposure> results(String name, @Nullable String text) {
    try {
      var bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
      if (name.equals(Evaluation.FILE)) {
        return PrivacyLint.groups(name, "", Evaluation.read(bytes).sizes());
      }
      var importance = Importance.read(bytes);
      return PrivacyLint.groups(name, importance.column(), importance.sizes());
    } catch (IllegalArgumentException unreadable) {
      return List.of(PrivacyLint.unreadable(name, String.valueOf(unreadable.getMessage())));
    }
  }

  private static void add(List<Finding> findings, String file, List<Exposure> exposures) {
    for (var exposure : exposures) {
      findings.add(
          new Finding(
              switch (exposure.severity()) {
                case NOTE -> Finding.Severity.NOTE;
                case WARNING -> Finding.Severity.WARNING;
                case SERIOUS -> Finding.Severity.ERROR;
              },
              exposure.code(),
              file,
              exposure.place().equals(file)
                  ? exposure.message()
                  : exposure.place() + ": " + exposure.message()));
    }
  }

  static List<Exposure> exposures(AnnData data) {
    var found = new ArrayList<Exposure>(PrivacyLint.cells(data.obs().index()));
    data.obs()
        .columns()
        .forEach((name, column) -> {
          if (!name.startsWith("_scvi_")) {
            found.addAll(column(name, column));
          }
        });
    data.uns()
        .forEach((key, value) -> found.addAll(PrivacyLint.value("uns['" + key + "']", value)));
    return found;
  }

  private static List<Exposure> column(String name, Column column) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int cells = 0;
    for (int cell = 0; cell < column.size(); cell++) {
      var text = column.text(cell);
      if (text != null) {
        cells++;
        counts.merge(text, 1, Integer::sum);
      }
    }
    boolean number =
        switch (column) {
          case Column.Floats _, Column.Ints _, Column.Bools _ -> true;
          case Column.Strings _, Column.Categorical _ -> false;
        };
    return PrivacyLint.column(name, counts, cells, number);
  }
}
