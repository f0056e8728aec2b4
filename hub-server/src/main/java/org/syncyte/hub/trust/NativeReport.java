package org.syncyte.hub.trust;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.StrictJson;

/// An agent's report as it arrives, read strictly: it decides what the hub shows as proved.
///
///     {"schema": 1, "outcome": "PROVED", "summary": "..",
///      "files": {"model.pt": "<sha256>", ..}, "software": {"syncyte": "..", ..},
///      "comparisons": [{"name": "model.onnx", "cells": 1024, "input": "..", "max_absolute": ..,
///                       "max_relative": .., "tolerance": 1e-5, "passed": true}, ..]}
///
/// The verdict must follow from the numbers: a report that says `PROVED` beside a difference above
/// its tolerance, or a tolerance that proves nothing, is refused.
record NativeReport(
    @JsonProperty(value = "schema", required = true) int schema,
    @JsonProperty(value = "outcome", required = true) NativeProof.Outcome outcome,
    @JsonProperty(value = "summary", required = true) String summary,
    @JsonProperty(value = "files", required = true) Map<String, String> files,
    @JsonProperty(value = "software", required = true) Map<String, String> software,
    @JsonProperty(value = "comparisons", required = true) List<Item> comparisons) {
  static final int MAX_BYTES = 1 << 16;

  /// A difference above this between equal weights is no rounding.
  static final double LARGEST_TOLERANCE = 1e-3;

  private static final int MAX_ITEMS = 32;
  private static final int MAX_TEXT = 300;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON = StrictJson.builder().build();

  record Item(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "cells", required = true) int cells,
      @JsonProperty("input") @Nullable String input,
      @JsonProperty("max_absolute") @Nullable Double maxAbsolute,
      @JsonProperty("max_relative") @Nullable Double maxRelative,
      @JsonProperty("tolerance") @Nullable Double tolerance,
      @JsonProperty(value = "passed", required = true) boolean passed) {}

  /// @throws HubException if the bytes are no report
  static NativeReport read(byte[] body) {
    try {
      var report = JSON.readValue(body, NativeReport.class);
      if (report == null) {
        throw bad("it is null");
      }
      report.check();
      return report;
    } catch (JsonProcessingException unreadable) {
      throw bad(unreadable.getOriginalMessage());
    } catch (IOException | NullPointerException unreadable) {
      throw bad(String.valueOf(unreadable.getMessage()));
    }
  }

  NativeProof proof(String agent, Instant at) {
    return new NativeProof(
        outcome,
        summary,
        files,
        software,
        comparisons.stream()
            .map(item ->
                new NativeProof.Comparison(
                    item.name(),
                    item.cells(),
                    item.input(),
                    item.maxAbsolute(),
                    item.maxRelative(),
                    item.tolerance(),
                    item.passed()))
            .toList(),
        agent,
        at);
  }

  private void check() {
    if (schema != 1) {
      throw bad("schema " + schema + " is not known here, 1 is");
    }
    text("summary", summary);
    if (files.size() > MAX_ITEMS || software.size() > MAX_ITEMS || comparisons.size() > MAX_ITEMS) {
      throw bad("at most " + MAX_ITEMS + " files, software and comparisons each");
    }
    files.forEach((name, sha256) -> {
      text("files", name);
      if (sha256 == null || !SHA256.matcher(sha256).matches()) {
        throw bad("files: '" + name + "' has no SHA-256");
      }
    });
    software.forEach((name, version) -> {
      text("software", name);
      text("software", version);
    });
    comparisons.forEach(NativeReport::check);
    boolean all = comparisons.stream().allMatch(Item::passed);
    switch (outcome) {
      case PROVED -> {
        if (!all || comparisons.isEmpty() || comparisons.stream().allMatch(c -> c.cells() == 0)) {
          throw bad("PROVED needs comparisons on cells that all passed");
        }
      }
      case FAILED -> {
        if (all && !comparisons.isEmpty()) {
          throw bad("FAILED beside comparisons that all passed");
        }
      }
      case SKIPPED -> {
        if (!comparisons.isEmpty()) {
          throw bad("SKIPPED beside comparisons");
        }
      }
    }
    if (outcome != NativeProof.Outcome.SKIPPED && !files.containsKey(Subject.MODEL)) {
      throw bad("files: " + Subject.MODEL + " is missing");
    }
  }

  private static void check(Item item) {
    text("comparisons", item.name());
    if (item.input() != null) {
      text("comparisons", item.input());
    }
    if (item.cells() < 0) {
      throw bad("comparisons: '" + item.name() + "' has " + item.cells() + " cells");
    }
    for (var number : new Double[] {item.maxAbsolute(), item.maxRelative(), item.tolerance()}) {
      if (number != null && !(number >= 0 && Double.isFinite(number))) {
        throw bad("comparisons: '" + item.name() + "' has " + number + ", which is no difference");
      }
    }
    var tolerance = item.tolerance();
    if (tolerance != null && tolerance > LARGEST_TOLERANCE) {
      throw bad("comparisons: a tolerance of " + tolerance + " proves nothing");
    }
    if (item.passed()
        && (item.maxRelative() == null
            || item.maxRelative() > (tolerance == null ? 0.0 : tolerance))) {
      throw bad("comparisons: '" + item.name() + "' passed, but its difference is not allowed");
    }
  }

  private static void text(String where, @Nullable String text) {
    if (text == null
        || text.isBlank()
        || text.length() > MAX_TEXT
        || text.chars().anyMatch(Character::isISOControl)) {
      throw bad(where + ": a text is empty, longer than " + MAX_TEXT + " or not one line");
    }
  }

  private static HubException bad(String why) {
    return new HubException(ErrorCode.BAD_REQUEST, "not a report of a proof: " + why);
  }
}
