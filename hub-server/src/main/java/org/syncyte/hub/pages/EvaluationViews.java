package org.syncyte.hub.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;
import org.syncyte.web.EvaluationView;
import org.syncyte.web.Judged;
import org.syncyte.web.ModelHead;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Ranked;

/// Fills the page of a model's evaluation.
final class EvaluationViews {
  private EvaluationViews() {}

  /// @param group title of the group whose genes are shown; any other word shows the first
  static EvaluationView of(ModelScene scene, String group) {
    var head = scene.head(ModelTab.EVALUATION);
    var problems = new ArrayList<String>();
    var known = scene.known();
    var judged =
        content(
            scene,
            scene.files().evaluation(known.get(Evaluation.FILE)),
            Evaluation::model,
            problems);
    var ranked =
        content(
            scene,
            scene.files().importance(known.get(Importance.FILE)),
            Importance::model,
            problems);
    return new EvaluationView(
        head,
        judged == null ? null : Judged.of(judged),
        ranked == null ? null : Ranked.of(ranked, group, title -> address(head, title)),
        problems);
  }

  /// What the file says, if it is readable and speaks of the model that lies beside it.
  private static <T> @Nullable T content(
      ModelScene scene,
      Optional<ResultFile<T>> file,
      Function<T, String> model,
      List<String> problems) {
    if (file.isEmpty()) {
      return null;
    }
    var content = file.get().content();
    if (content == null) {
      problems.add("Not shown: " + file.get().problem() + ".");
      return null;
    }
    var weights = scene.known().get("model.pt");
    if (weights == null || !weights.content().equals(model.apply(content))) {
      problems.add(
          "Not shown: %s was computed from another model.pt than the one here. Run the command again on this model."
              .formatted(content instanceof Evaluation ? Evaluation.FILE : Importance.FILE));
      return null;
    }
    return content;
  }

  private static String address(ModelHead head, String group) {
    return head.base()
        + "/evaluation?group="
        + ModelHead.encode(group)
        + (head.main() ? "" : "&revision=" + ModelHead.encode(head.revision()))
        + "#genes";
  }
}
