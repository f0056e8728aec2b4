package org.syncyte.hub.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.web.Figures;
import org.syncyte.web.ProofView;

/// Reads `proof.json`: whether the published graphs answer as the trained model does.
///
///     {"passed": true, "files": {"model.pt": "<sha256>", ..}, "software": {"java": "..", ..},
///      "graphs": {"model.onnx": {"cells": 1024, "input": "..", "max_relative": ..,
///                                "tolerance": .., "passed": true}, ..}}
///
/// The record names the files it speaks of by hash. If the revision holds other files under those
/// names, the record is about another model and does not count.
record ProofFile(
    boolean passed, Map<String, String> files, List<ProofView.Check> checks, String software) {
  static final String NAME = "proof.json";
  private static final int MAX = 100;

  /// @throws IllegalArgumentException if the bytes are not a proof
  static ProofFile read(byte[] bytes) {
    var proof = Json.tree(bytes);
    if (!proof.isObject()) {
      throw new IllegalArgumentException(NAME + " is not a JSON object");
    }
    var checks = new ArrayList<ProofView.Check>();
    for (var graph : proof.path("graphs").properties()) {
      if (checks.size() < MAX) {
        checks.add(check(graph.getKey(), graph.getValue()));
      }
    }
    var files = new LinkedHashMap<String, String>();
    for (var file : proof.path("files").properties()) {
      if (files.size() < MAX && file.getValue().isTextual()) {
        files.put(file.getKey(), file.getValue().textValue());
      }
    }
    var software = new StringJoiner(", ");
    for (var part : proof.path("software").properties()) {
      if (part.getValue().isTextual() && software.length() < 500) {
        software.add(part.getKey().replace('_', ' ') + " " + part.getValue().textValue());
      }
    }
    boolean passed =
        proof.path("passed").asBoolean(false)
            && !checks.isEmpty()
            && checks.stream().allMatch(ProofView.Check::passed);
    return new ProofFile(passed, files, checks, software.toString());
  }

  private static ProofView.Check check(String name, JsonNode graph) {
    var note = new StringJoiner(", ");
    var cells = Json.number(graph, "cells");
    if (cells != null) {
      note.add(Figures.count(cells.longValue()) + " cells");
    }
    var input = Json.text(graph, "input");
    if (input != null) {
      note.add(input);
    }
    return new ProofView.Check(
        name,
        graph.path("passed").asBoolean(false),
        Json.number(graph, "tolerance"),
        Json.number(graph, "max_relative"),
        note.length() == 0 ? null : note.toString());
  }

  /// The proof as it stands beside these files.
  ProofView beside(Map<String, EntryView> present) {
    @Nullable String objection =
        files.isEmpty() ? "It does not name the files it speaks of." : null;
    for (var file : files.entrySet()) {
      var entry = present.get(file.getKey());
      if (entry == null || !file.getValue().equals(entry.sha256())) {
        objection = "It was computed from another " + file.getKey() + " than the one here.";
      }
    }
    return new ProofView(passed, objection, checks, software);
  }
}
