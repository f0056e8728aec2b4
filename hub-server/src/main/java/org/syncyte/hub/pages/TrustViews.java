package org.syncyte.hub.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.Refs;
import org.syncyte.hub.trust.CheckReport;
import org.syncyte.hub.trust.CheckResult;
import org.syncyte.hub.trust.Finding;
import org.syncyte.web.CardView;
import org.syncyte.web.Fact;
import org.syncyte.web.Figures;
import org.syncyte.web.ModelHead;
import org.syncyte.web.ModelTab;
import org.syncyte.web.TrustView;

/// What was found out about a commit, in words for people.
final class TrustViews {
  private static final String NATIVE = "native";
  private static final Map<String, String> QUESTIONS = new LinkedHashMap<>();

  static {
    QUESTIONS.put("pickle", "Can loading it run foreign code?");
    QUESTIONS.put("card", "Do card, metadata and weights agree?");
    QUESTIONS.put("weights", "Are the weights sound, and the same in every file?");
    QUESTIONS.put("privacy", "Does it point to persons?");
    QUESTIONS.put("compat", "Which releases of scvi-tools load it?");
    QUESTIONS.put("proof", "Do the graphs give what they should?");
    QUESTIONS.put("native", "Does the model itself give what its graphs give?");
    QUESTIONS.put("copy", "Is it published under another name?");
  }

  private TrustViews() {}

  static TrustView trust(ModelScene scene, CheckReport report, List<Refs.RefView> refs) {
    var head = scene.head(ModelTab.TRUST);
    var checks = new ArrayList<TrustView.Check>();
    for (var check : report.checks()) {
      checks.add(check(check));
    }
    return new TrustView(
        head,
        report.state(),
        report.finishedAt(),
        checks,
        head.main() ? forms(head, refs) : List.of(),
        "/api/models/" + head.id() + "/checks/" + ModelHead.encode(head.revision()));
  }

  private static TrustView.Check check(CheckResult check) {
    var findings = new ArrayList<TrustView.Finding>();
    for (var finding : check.findings()) {
      findings.add(
          new TrustView.Finding(finding.code(), tone(finding), finding.file(), finding.message()));
    }
    var measured = new ArrayList<Fact>();
    check
        .numbers()
        .forEach((name, value) ->
            measured.add(
                Fact.of(
                    name.replace('_', ' '),
                    value == Math.rint(value) && Math.abs(value) >= 1 && Math.abs(value) < 1e15
                        ? Figures.count(value.longValue())
                        : Figures.decimal(value))));
    return new TrustView.Check(
        check.name(),
        QUESTIONS.getOrDefault(check.name(), check.name()),
        TrustView.Verdict.valueOf(check.verdict().name()),
        words(check),
        check.summary(),
        findings,
        measured);
  }

  private static @Nullable String words(CheckResult check) {
    return check.name().equals(NATIVE) ? natively(check) : null;
  }

  private static String natively(CheckResult check) {
    return switch (check.verdict()) {
      case PASSED, NOTE, WARNING -> "proved";
      case FAILED -> "failed";
      case SKIPPED -> "not yet";
    };
  }

  /// Whether an agent ran the model itself, for the card; null where there is no model to run.
  static CardView.@Nullable Trust natively(ModelHead head, CheckReport report) {
    var check = report.check(NATIVE);
    if (check == null) {
      return null;
    }
    var verdict = TrustView.Verdict.valueOf(check.verdict().name());
    return new CardView.Trust(
        "Native proof: " + natively(check), verdict.tone(), head.trustHref() + "#" + NATIVE);
  }

  private static String tone(Finding finding) {
    if (finding.code().equals("D0")) {
      return "good";
    }
    return switch (finding.severity()) {
      case NOTE -> "none";
      case WARNING -> "warn";
      case ERROR -> "bad";
    };
  }

  private static List<TrustView.Form> forms(ModelHead head, List<Refs.RefView> refs) {
    var forms = new ArrayList<TrustView.Form>();
    for (var ref : refs) {
      var what = ref.branch() ? what(ref.name()) : null;
      if (what != null) {
        forms.add(
            new TrustView.Form(
                ref.name(), head.base() + "/tree/" + ModelHead.encode(ref.name()), what));
      }
    }
    return forms;
  }

  private static @Nullable String what(String branch) {
    if (branch.equals("compat/safetensors")) {
      return "weights and registry without a pickle, for readers that trust none";
    }
    if (branch.equals("compat/clean")) {
      return "without per-cell labels, donor columns, barcodes, addresses and paths";
    }
    return branch.startsWith("compat/")
        ? "model.pt in the portable encoding, for set-ups that cannot load the original"
        : null;
  }

  /// The verdict of all checks for the card, or null before they have run.
  static CardView.@Nullable Trust badge(ModelHead head, CheckReport report) {
    var verdict = report.verdict();
    if (verdict == null) {
      return null;
    }
    return switch (verdict) {
      case SKIPPED -> null;
      case PASSED, NOTE -> new CardView.Trust("Every check passed", "good", head.trustHref());
      case WARNING ->
          new CardView.Trust("Checks passed, some things to look at", "warn", head.trustHref());
      case FAILED -> new CardView.Trust("A check failed", "bad", head.trustHref());
    };
  }
}
