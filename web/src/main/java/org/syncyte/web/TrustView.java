package org.syncyte.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the hub found out about a revision.
///
/// @param state `QUEUED`, `RUNNING`, `DONE` or `BROKEN`
/// @param finished when the last check ended, or null
/// @param forms branches with other forms of the model, kept by the hub
/// @param json address of the same for programs
public record TrustView(
    ModelHead head,
    String state,
    @Nullable Instant finished,
    List<Check> checks,
    List<Form> forms,
    String json) {
  public TrustView {
    checks = List.copyOf(checks);
    forms = List.copyOf(forms);
  }

  /// How a check ended; the words are for people.
  public enum Verdict {
    SKIPPED("nothing to check", "none"),
    PASSED("passed", "good"),
    NOTE("passed, with notes", "good"),
    WARNING("look at this", "warn"),
    FAILED("failed", "bad");

    private final String words;
    private final String tone;

    Verdict(String words, String tone) {
      this.words = words;
      this.tone = tone;
    }

    public String words() {
      return words;
    }

    public String tone() {
      return tone;
    }
  }

  /// One check.
  ///
  /// @param name its identifier, for addresses within the page
  /// @param question what it asks
  /// @param own its own word for the verdict, or null for the usual one
  /// @param measured numbers it took
  public record Check(
      String name,
      String question,
      Verdict verdict,
      @Nullable String own,
      String summary,
      List<Finding> findings,
      List<Fact> measured) {
    public Check {
      findings = List.copyOf(findings);
      measured = List.copyOf(measured);
    }

    public Check(
        String name,
        String question,
        Verdict verdict,
        String summary,
        List<Finding> findings,
        List<Fact> measured) {
      this(name, question, verdict, null, summary, findings, measured);
    }

    public String words() {
      return own == null ? verdict.words() : own;
    }

    /// Whether its findings are shown without a click.
    public boolean open() {
      return verdict == Verdict.FAILED || verdict == Verdict.WARNING;
    }

    public String countText() {
      return findings.size() == 1 ? "one finding" : findings.size() + " findings";
    }
  }

  /// @param tone `good`, `warn`, `bad` or `none`
  public record Finding(String code, String tone, String file, String message) {}

  /// A branch with another form of the model.
  public record Form(String branch, String href, String what) {}

  public boolean done() {
    return state.equals("DONE");
  }

  public boolean broken() {
    return state.equals("BROKEN");
  }

  public String when() {
    return finished == null ? "" : Figures.minute(finished);
  }

  /// The worst verdict in one line.
  public String heading() {
    if (!done()) {
      return broken() ? "The checks could not be completed" : "The checks are running";
    }
    var worst = Verdict.SKIPPED;
    for (var check : checks) {
      worst = check.verdict().compareTo(worst) > 0 ? check.verdict() : worst;
    }
    return switch (worst) {
      case SKIPPED -> "There is nothing to check yet";
      case PASSED, NOTE -> "Every check passed";
      case WARNING -> "Nothing failed, but some things deserve a look";
      case FAILED -> "At least one check failed";
    };
  }
}
