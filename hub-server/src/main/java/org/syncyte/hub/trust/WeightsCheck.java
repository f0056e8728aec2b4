package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;

/// Whether the pickle-free weights beside `model.pt` are its weights, bit by bit.
@ApplicationScoped
class WeightsCheck implements Check {
  static final List<String> TWINS = List.of("model.safetensors", "weights.safetensors");

  @Override
  public String name() {
    return "weights";
  }

  @Override
  public CheckResult run(Subject subject) throws IOException {
    var model = subject.model();
    var twins = TWINS.stream().filter(subject::has).toList();
    if (model == null && twins.isEmpty()) {
      return CheckResult.skipped(name(), "There are no weights that could be read.");
    }
    var findings = new ArrayList<Finding>();
    for (var name : twins) {
      compare(subject, name, model == null ? null : model.state(), findings);
    }
    double count = 0;
    if (model != null) {
      for (var entry : model.state().tensors().entrySet()) {
        count += size(entry.getValue());
        if (entry.getValue() instanceof Tensor.Floats(_, var values) && !finite(values)) {
          findings.add(
              Finding.error(
                  "W3",
                  Subject.MODEL,
                  "'" + entry.getKey() + "' holds values that are not finite"));
        }
      }
    }
    var summary =
        twins.isEmpty()
            ? "There is no safetensors file; the hub keeps one on the branch "
                + Derivation.TWIN_BRANCH
                + "."
            : findings.isEmpty()
                ? "%s holds %s."
                    .formatted(
                        String.join(" and ", twins),
                        model == null ? "readable weights" : "exactly the weights of model.pt")
                : "The weights do not fit together.";
    return CheckResult.of(name(), summary, findings).with(Map.of("parameters", count));
  }

  private static void compare(
      Subject subject, String name, @Nullable StateDict expected, List<Finding> findings)
      throws IOException {
    StateDict twin;
    try {
      var file = subject.path(name);
      if (file == null) {
        return;
      }
      twin = Safetensors.read(file);
    } catch (IllegalArgumentException unreadable) {
      findings.add(Finding.error("W1", name, String.valueOf(unreadable.getMessage())));
      return;
    }
    if (expected == null) {
      return;
    }
    int differ = 0;
    for (var entry : expected.tensors().entrySet()) {
      var other = twin.tensors().get(entry.getKey());
      if (other == null || !entry.getValue().same(other)) {
        differ++;
      }
    }
    long extra =
        twin.tensors().keySet().stream()
            .filter(key -> !expected.tensors().containsKey(key))
            .count();
    if (differ > 0 || extra > 0) {
      findings.add(
          Finding.error(
              "W2",
              name,
              "%d of the %d tensors of model.pt are missing or other here, and %d are here alone"
                  .formatted(differ, expected.tensors().size(), extra)));
    }
  }

  private static boolean finite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static int size(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats(_, var values) -> values.length;
      case Tensor.Longs(_, var values) -> values.length;
    };
  }
}
