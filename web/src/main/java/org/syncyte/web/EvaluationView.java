package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a model's answers: which labels it takes for which, whether it is as sure as it
/// is right, and which genes it goes by.
///
/// @param judged null if no evaluation was published, or none that can be shown
/// @param ranked the same of attributions
/// @param problems why a published file is not shown, one sentence each
public record EvaluationView(
    ModelHead head, @Nullable Judged judged, @Nullable Ranked ranked, List<String> problems) {
  public EvaluationView {
    problems = List.copyOf(problems);
  }

  public boolean blank() {
    return judged == null && ranked == null && problems.isEmpty();
  }
}
