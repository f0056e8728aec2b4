package org.syncyte.cards;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `_scvi_required_metadata.json`: the five facts that scvi-tools asks for before it loads a model
/// from a hub. Its reader fails on any other key, so none is ever added.
///
/// @param modelParentModule the Python module that holds the class, such as `scvi.model`
public record HubMetadata(
    String scviVersion,
    String anndataVersion,
    String modelClsName,
    @Nullable String trainingDataUrl,
    String modelParentModule) {
  /// The name that clients look for.
  public static final String FILE = "_scvi_required_metadata.json";

  private static final Set<String> REQUIRED =
      Set.of("scvi_version", "anndata_version", "model_cls_name");
  private static final Set<String> EXTERNAL =
      Set.of(
          "CYTOVI",
          "Decipher",
          "METHYLANVI",
          "METHYLVI",
          "MRVI",
          "RESOLVI",
          "SCVIVA",
          "SysVI",
          "TOTALANVI",
          "VIVS");
  private static final int MAX_CHARACTERS = 1 << 16;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// Metadata of a class under its usual module.
  public static HubMetadata of(
      String modelClass, String scviVersion, String anndataVersion, @Nullable String dataUrl) {
    var module = EXTERNAL.contains(modelClass) ? "scvi.external" : "scvi.model";
    return new HubMetadata(scviVersion, anndataVersion, modelClass, dataUrl, module);
  }

  /// @throws IllegalArgumentException if a key is missing, of the wrong type, or unknown
  public static HubMetadata parse(String json) {
    if (json.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "%s has %d characters; five short values are expected".formatted(FILE, json.length()));
    }
    try {
      var node = JSON.readTree(json);
      if (!node.isObject()) {
        throw new IllegalArgumentException(FILE + " is not a JSON object");
      }
      var unknown = new TreeSet<String>();
      node.fieldNames().forEachRemaining(unknown::add);
      unknown.removeAll(REQUIRED);
      unknown.removeAll(Set.of("training_data_url", "model_parent_module"));
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has the keys %s, on which scvi-tools fails; remove them".formatted(FILE, unknown));
      }
      var module = optional(node, "model_parent_module");
      return new HubMetadata(
          required(node, "scvi_version"),
          required(node, "anndata_version"),
          required(node, "model_cls_name"),
          optional(node, "training_data_url"),
          module == null ? "scvi.model" : module);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(FILE + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// The file, indented by four as scvi-tools writes it.
  public String json() {
    var node = JSON.createObjectNode();
    node.put("scvi_version", scviVersion);
    node.put("anndata_version", anndataVersion);
    node.put("model_cls_name", modelClsName);
    node.put("training_data_url", trainingDataUrl);
    node.put("model_parent_module", modelParentModule);
    return pretty(node);
  }

  /// JSON as Python's `json.dumps(indent=4)` lays it out.
  static String pretty(Object value) {
    var indent = new DefaultIndenter("    ", "\n");
    var printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(indent)
            .withArrayIndenter(indent);
    try {
      return JSON.writer(printer).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a value has no JSON form", e);
    }
  }

  private static String required(JsonNode node, String key) {
    var value = optional(node, key);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("%s lacks '%s'".formatted(FILE, key));
    }
    return value;
  }

  private static @Nullable String optional(JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(
          "%s: '%s' is %s, expected text".formatted(FILE, key, value.getNodeType()));
    }
    return value.textValue();
  }
}
