package org.syncyte.federation.round;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.round.Answers.Report;

/// The history of a run as a document (`training.json`), for charts and cards.
///
///     {"federation":"demo","run":"pbmc-1","model":"SCVI","epochs_per_round":5,"rounds":[
///       {"round":1,"attempt":1,"model":"<sha256>","survivors":["a","b"],"refused":{},
///        "training_cells":900,"norm":1.5,"seconds":12.3,"bytes_up":1,"bytes_down":2,
///        "mean":{"elbo_train":...},"sites":{"a":{"elbo_train":...,"bytes":1},"b":{"bytes":1}}}]}
///
/// Numbers are JSON numbers, null where not finite. A site whose policy keeps its metrics at home shows
/// its bytes alone.
public final class History {
  private static final JsonMapper JSON = new JsonMapper();

  private History() {}

  public static byte[] json(RunSpec spec, List<Run.Round> rounds) {
    var document = new LinkedHashMap<String, Object>();
    document.put("federation", spec.federation());
    document.put("run", spec.run());
    document.put("model", spec.model());
    document.put("epochs_per_round", spec.epochsPerRound());
    var entries = new ArrayList<Map<String, @Nullable Object>>();
    rounds.forEach(round -> entries.add(entry(round)));
    document.put("rounds", entries);
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps have a JSON form", e);
    }
  }

  /// One round as it stands in the document.
  public static Map<String, @Nullable Object> entry(Run.Round round) {
    var entry = new LinkedHashMap<String, @Nullable Object>();
    entry.put("round", round.round());
    entry.put("attempt", round.attempt());
    entry.put("model", round.model().sha256());
    entry.put("survivors", round.survivors());
    entry.put("refused", round.refused());
    entry.put("training_cells", round.trainingCells());
    entry.put("norm", finite(round.norm()));
    entry.put("seconds", (round.committedMs() - round.startedMs()) / 1000.0);
    entry.put("bytes_up", round.bytesUp());
    entry.put("bytes_down", round.bytesDown());
    Report mean = round.mean();
    entry.put("mean", mean == null ? null : metrics(mean));
    var sites = new LinkedHashMap<String, Object>();
    round
        .bytes()
        .forEach((site, bytes) -> {
          Report report = round.sites().get(site);
          var shown =
              report == null ? new LinkedHashMap<String, @Nullable Object>() : metrics(report);
          shown.put("bytes", bytes);
          sites.put(site, shown);
        });
    entry.put("sites", sites);
    return entry;
  }

  private static Map<String, @Nullable Object> metrics(Report report) {
    var metrics = new LinkedHashMap<String, @Nullable Object>();
    metrics.put("elbo_train", finite(report.elboTrain()));
    metrics.put("elbo_validation", finite(report.elboValidation()));
    metrics.put("reconstruction_train", finite(report.reconstructionTrain()));
    metrics.put("kl_train", finite(report.klTrain()));
    metrics.put("kl_weight", finite(report.klWeight()));
    metrics.put("cells_per_second", finite(report.cellsPerSecond()));
    metrics.put("seconds", finite(report.seconds()));
    return metrics;
  }

  private static @Nullable Double finite(double number) {
    return Double.isFinite(number) ? (Double) number : null;
  }
}
