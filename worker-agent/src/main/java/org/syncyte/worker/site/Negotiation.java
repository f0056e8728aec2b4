package org.syncyte.worker.site;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.syncyte.federation.Blob;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.SegmentFile;
import org.syncyte.federation.message.StatPart;
import org.syncyte.federation.message.StatRequest;
import org.syncyte.federation.message.VocabularyOffer;
import org.syncyte.worker.folder.Durable;

/// What the site says of its data before training: names under the policy's terms, and sums.
final class Negotiation {
  static final String BATCH_RULE = "batch-column";
  static final String LABEL_RULE = "labels-column";

  private final Policy policy;
  private final SiteData data;
  private final Names names;
  private final Blobs blobs;

  Negotiation(Policy policy, SiteData data, Names names, Blobs blobs) {
    this.policy = policy;
    this.data = data;
    this.names = names;
    this.blobs = blobs;
  }

  Reply offer(RunSpec spec, RunFolder folder) {
    var batches = new TreeSet<String>();
    for (var batch : data.names(spec.batchKey(), BATCH_RULE)) {
      batches.add(names.outside(batch));
    }
    var labels = new ArrayList<String>();
    var labelsKey = spec.labelsKey();
    if (labelsKey != null) {
      var own = data.names(labelsKey, LABEL_RULE);
      if (policy.allows(PolicyKey.LABEL_NAMES)) {
        labels.addAll(own);
      }
    }
    var genes = file(folder, "genes.txt", SegmentFile.lines(data.genes()), Blob.LINES);
    return new Reply(
        VocabularyOffer.newBuilder()
            .setGenes(genes.blob().ref())
            .setCells(data.cells())
            .addAllBatches(batches)
            .addAllLabels(labels)
            .build(),
        List.of(genes));
  }

  Reply sums(StatRequest request, RunSpec spec, RunFolder folder) {
    var genes = SegmentFile.lines(Durable.read(blobs.get(Blob.of(request.getGenes()))));
    var moments = new Moments(data, spec.layer(), genes);
    var segments =
        switch (request.getKind()) {
          case MOMENTS -> moments.sums();
          case CLIPPED ->
              moments.clipped(
                  SegmentFile.decode(Durable.read(blobs.get(Blob.of(request.getClip())))));
          case KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new ContractException(
                  "statistic-kind", "a statistic is asked for that this release does not know");
        };
    var kind = request.getKind();
    var sums = file(folder, "sums-" + kind.getNumber() + ".seg", segments.encode(), Blob.SEGMENTS);
    return new Reply(
        StatPart.newBuilder().setKind(kind).setSums(sums.blob().ref()).build(), List.of(sums));
  }

  static Reply.Payload file(RunFolder folder, String name, byte[] bytes, String mediaType) {
    var path = folder.file(name);
    Durable.write(path, bytes);
    return new Reply.Payload(Blob.of(bytes, mediaType), path);
  }
}
