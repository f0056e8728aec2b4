package org.syncyte.federation;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The contract of a run: its specification and what the sites agreed on. Its SHA-256 goes with
/// every later message.
///
/// @param spec the run's specification
/// @param varNames genes in input order
/// @param batches categories of the batch covariate in order
/// @param batchOwners batch -> sites that declared it; the others never move its columns
/// @param labels categories of labels in order, empty if the run has none
/// @param sites roster in the order of every sum
public record Manifest(
    RunSpec spec,
    List<String> varNames,
    List<String> batches,
    Map<String, List<String>> batchOwners,
    List<String> labels,
    List<String> sites) {
  public Manifest {
    varNames = distinct("var_names", varNames);
    batches = distinct("batches", batches);
    labels = distinct("labels", labels);
    sites = distinct("sites", sites);
    batchOwners = Collections.unmodifiableMap(new TreeMap<>(batchOwners));
    if (varNames.isEmpty() || sites.isEmpty()) {
      throw new IllegalArgumentException("a manifest needs at least one gene and one site");
    }
    if (!batchOwners.keySet().equals(new HashSet<>(batches))) {
      throw new IllegalArgumentException("every batch of a manifest needs its owners");
    }
    for (var owners : batchOwners.entrySet()) {
      if (!sites.containsAll(owners.getValue())) {
        throw new IllegalArgumentException(
            "batch '%s' belongs to %s, not all in the roster %s"
                .formatted(owners.getKey(), owners.getValue(), sites));
      }
    }
  }

  private static List<String> distinct(String what, List<String> names) {
    var seen = new HashSet<String>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("manifest: '%s' holds '%s' twice".formatted(what, name));
      }
    }
    return List.copyOf(names);
  }

  /// @throws IllegalArgumentException with the field, its value and the rule
  public static Manifest parse(byte[] json) {
    var fields = new Fields("manifest", Canonical.object(json));
    RunSpec spec = RunSpec.read(fields);
    var manifest =
        new Manifest(
            spec,
            fields.list("var_names"),
            fields.list("batches"),
            fields.lists("batch_owners"),
            fields.list("labels"),
            fields.list("sites"));
    fields.noMore();
    return manifest;
  }

  /// Canonical bytes.
  public byte[] json() {
    var out = spec.fields();
    out.put("var_names", varNames);
    out.put("batches", batches);
    out.put("batch_owners", batchOwners);
    out.put("labels", labels);
    out.put("sites", sites);
    return Canonical.bytes(out);
  }
}
