package org.syncyte.coordinator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.syncyte.cards.checkpoint.CheckpointException;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.aggregate.Refusal;
import org.syncyte.federation.aggregate.WeightedMean;
import org.syncyte.federation.round.Answers.Offer;
import org.syncyte.federation.round.Event.Result;
import org.syncyte.federation.round.History;
import org.syncyte.federation.round.Task;
import org.syncyte.federation.vocabulary.Hvg;
import org.syncyte.federation.vocabulary.Vocabulary;

/// The coordinator's own computations: blobs in, blobs out. Doing one twice gives the same hash.
final class Work {
  private final Blobs blobs;

  Work(Blobs blobs) {
    this.blobs = blobs;
  }

  /// @throws IOException if trying again may help
  Result perform(Task task) throws IOException {
    try {
      return switch (task) {
        case Task.Join join -> join(join);
        case Task.Bound bound -> {
          var hvg = hvg(bound.genes(), bound.moments());
          yield new Result.Bounded(blobs.write(hvg.bounds().encode(), Blob.SEGMENTS));
        }
        case Task.Select select -> select(select);
        case Task.Check check -> check(check);
        case Task.Aggregate sum -> aggregate(sum);
        case Task.Write write ->
            new Result.Written(blobs.write(History.json(write.spec(), write.rounds()), Blob.JSON));
      };
    } catch (Blobs.Missing e) {
      return new Result.Failed("storage", message(e));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return new Result.Failed(code(task), message(e));
    }
  }

  private static String message(RuntimeException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String code(Task task) {
    return switch (task) {
      case Task.Join _ -> "vocabulary";
      case Task.Bound _, Task.Select _ -> "statistics";
      case Task.Check _ -> "contract:initial";
      case Task.Aggregate _ -> "aggregation";
      case Task.Write _ -> "history";
    };
  }

  private Result join(Task.Join join) throws IOException {
    var genesOf = new TreeMap<String, List<String>>();
    for (var site : join.sites().entrySet()) {
      genesOf.put(site.getKey(), SegmentFile.lines(blobs.read(site.getValue().genes())));
    }
    List<String> common = Vocabulary.commonGenes(genesOf);
    return new Result.Joined(blobs.write(SegmentFile.lines(common), Blob.LINES), common.size());
  }

  private Hvg hvg(Blob genes, SortedMap<String, Blob> moments) throws IOException {
    return new Hvg(SegmentFile.lines(blobs.read(genes)), files(moments));
  }

  private List<SegmentFile> files(SortedMap<String, Blob> parts) throws IOException {
    var files = new ArrayList<SegmentFile>();
    for (Blob part : parts.values()) {
      files.add(SegmentFile.decode(blobs.read(part)));
    }
    return files;
  }

  private Result select(Task.Select select) throws IOException {
    List<String> common = SegmentFile.lines(blobs.read(select.genes()));
    List<Hvg.Scored> ranked =
        select.moments().isEmpty()
            ? null
            : hvg(select.genes(), select.moments()).ranked(files(select.clipped()));
    var batches = new TreeMap<String, List<String>>();
    var labels = new TreeMap<String, List<String>>();
    for (Map.Entry<String, Offer> site : select.sites().entrySet()) {
      batches.put(site.getKey(), site.getValue().batches());
      labels.put(site.getKey(), site.getValue().labels());
    }
    Manifest manifest =
        Vocabulary.manifest(
            select.spec(), Vocabulary.choose(select.spec(), common, ranked), batches, labels);
    return new Result.Selected(blobs.write(manifest.json(), Blob.JSON));
  }

  private Result check(Task.Check check) throws IOException {
    Layout layout = Layout.parse(blobs.read(check.layout()));
    StateDict initial = Safetensors.read(blobs.read(check.initial()));
    layout.check(initial);
    for (var tensor : initial.tensors().entrySet()) {
      if (tensor.getValue() instanceof Tensor.Floats(var _, var values)) {
        for (float value : values) {
          if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(
                "initial tensor '%s' holds a number that is not finite".formatted(tensor.getKey()));
          }
        }
      }
    }
    return new Result.Checked();
  }

  private Result aggregate(Task.Aggregate sum) throws IOException {
    Layout layout = Layout.parse(blobs.read(sum.layout()));
    var mean = new WeightedMean(Safetensors.read(blobs.read(sum.model())), layout);
    var refused = new TreeMap<String, String>();
    for (String site : sum.roster()) {
      var update = sum.updates().get(site);
      if (update != null) {
        try {
          mean.add(site, Safetensors.read(blobs.read(update.blob())), update.weights());
        } catch (Blobs.Missing _) {
          refused.put(site, "blob");
        } catch (CheckpointException _) {
          refused.put(site, "schema");
        } catch (Refusal refusal) {
          refused.put(site, refusal.code().name().toLowerCase(java.util.Locale.ROOT));
        }
      }
    }
    if (mean.sites().isEmpty()) {
      return new Result.Aggregated(sum.model(), 0, 0, List.of(), refused);
    }
    var result = mean.finish(sum.serverStep());
    Blob model = blobs.write(Safetensors.encode(result.model()), Blob.SAFETENSORS);
    return new Result.Aggregated(model, result.norm(), result.cells(), mean.sites(), refused);
  }
}
