package org.syncyte.worker.site;

import java.nio.file.Path;
import java.util.Map;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.message.Published;

/// Makes the finished model public: assembles its folder and pushes it to the hub.
public interface Publisher {
  /// @param initial weights before the first round, to tell what no site ever trained
  /// @param model the final weights
  /// @param history JSON, one entry a round
  /// @param parts site to its minified cells
  /// @param folder where the model's folder is built
  record Job(
      Manifest manifest,
      org.syncyte.federation.Layout layout,
      StateDict initial,
      StateDict model,
      Path history,
      Map<String, Path> parts,
      Path folder) {}

  Published publish(Job job);
}
