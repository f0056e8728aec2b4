package org.syncyte.cards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.Tensor;

/// Writes the card of a trained model: front matter, headings and tables in the order of scvi-hub,
/// so that its clients and readers find what they look for, for every model class. What the file of
/// the model says is taken from there; the rest comes from `CardDetails`. Our own chapter, on
/// federated training, stands before the references.
public final class CardWriter {
  private static final String NONE = "Not provided by uploader";
  private static final String LATER = "To be added...";

  private final StringBuilder body = new StringBuilder();
  private final RegistryFacts facts;
  private final CardDetails details;

  private CardWriter(RegistryFacts facts, CardDetails details) {
    this.facts = facts;
    this.details = details;
  }

  public static ModelCard write(SavedModel model, CardDetails details) {
    var facts = RegistryFacts.of(model);
    var writer = new CardWriter(facts, details);
    writer.introduction();
    writer.description(model);
    writer.metrics();
    writer.properties();
    writer.federation();
    writer.chapter("References", details.references().isBlank() ? LATER : details.references());
    return new ModelCard(frontMatter(facts, details), writer.body.toString());
  }

  private static Map<String, @Nullable Object> frontMatter(
      RegistryFacts facts, CardDetails details) {
    var tags = new ArrayList<String>(List.of("biology", "genomics", "single-cell"));
    tags.add("model_cls_name:" + facts.modelClass().orElse("unknown"));
    tags.add("scvi_version:" + facts.scviVersion().orElse("unknown"));
    tags.add("anndata_version:" + details.anndataVersion());
    details.modalities().forEach(modality -> tags.add("modality:" + modality));
    details.tissues().forEach(tissue -> tags.add("tissue:" + tissue));
    tags.add("annotated:" + (details.annotated() ? "True" : "False"));
    if (details.federation() != null) {
      tags.add("federated:True");
    }
    details.organisms().forEach(organism -> tags.add("organism:" + organism));
    var matter = new LinkedHashMap<String, @Nullable Object>();
    matter.put("license", details.licence());
    matter.put("library_name", "scvi-tools");
    matter.put("tags", tags);
    return matter;
  }

  private void introduction() {
    var name = facts.modelClass().orElse("unknown");
    body.append(
        """

        %s is %s. This repository holds a trained model and what is needed to use it: weights, gene \
        names, and the layout of its data. It can be loaded with \
        [scvi-tools](https://scvi-tools.org) and, as ONNX, without Python.
        """
            .formatted(name, Introductions.of(name)));
  }

  private void description(SavedModel model) {
    chapter("Model Description", details.description().isBlank() ? LATER : details.description());
    var rows = new LinkedHashMap<String, String>();
    var statistics = facts.statistics();
    rows.put("Cells", number(statistics.get("n_cells")));
    rows.put("Genes", Integer.toString(model.varNames().size()));
    rows.put("Batches", number(statistics.get("n_batch")));
    rows.put("Labels", number(statistics.get("n_labels")));
    rows.put("Weights", Long.toString(weights(model)));
    rows.put("Organism", join(details.organisms()));
    rows.put("Tissue", join(details.tissues()));
    rows.put("Reference genome", orNone(details.genome()));
    rows.put("Gene identifiers", orNone(details.geneIds()));
    rows.put("Licence", details.licence());
    table("Fact", "Value", rows);
  }

  private void metrics() {
    chapter("Metrics", "How well samples of the model reproduce the data, and other measures.");
    if (details.metrics().isEmpty()) {
      body.append('\n').append(NONE).append('\n');
    }
    details.metrics().forEach(this::fold);
  }

  private void properties() {
    chapter("Model Properties", "How the model was built, and the data it was trained on.");
    fold("Model Parameters", fenced(facts.parameters()));
    fold("Setup Data Arguments", fenced(facts.setup()));
    fold("Data Registry", rows("Registry Key", "scvi-tools Location", facts.locations()));
    var minified = details.minified();
    body.append("\n- **Data is Minified:** ")
        .append(minified == null ? "False" : "True (" + cell(minified) + ")")
        .append('\n');
    var statistics = new LinkedHashMap<String, String>();
    facts.statistics().forEach((name, value) -> statistics.put(name, value.toString()));
    fold("Summary Statistics", rows("Summary Stat Key", "Value", statistics));
    fold("Training", training());
  }

  private String training() {
    return """
    **Training data url**: %s

    **Training Code URL**: %s
    """
        .formatted(link(details.trainingDataUrl()), link(details.trainingCodeUrl()));
  }

  private void federation() {
    var federation = details.federation();
    if (federation == null) {
      return;
    }
    chapter(
        "Federated Training",
        "The cells never left their sites: each site trained on its own data and sent updates of the"
            + " weights only.");
    var rows = new LinkedHashMap<String, String>();
    rows.put("Run", federation.run());
    rows.put("Sites", "%d (%s)".formatted(federation.sites().size(), join(federation.sites())));
    rows.put("Rounds", Integer.toString(federation.rounds()));
    rows.put("Aggregation", federation.aggregation());
    rows.put("Secure aggregation", federation.secureAggregation() ? "yes" : "no");
    rows.put(
        "Differential privacy",
        federation.epsilon() == null
            ? "none"
            : "epsilon %s, delta %s".formatted(federation.epsilon(), federation.delta()));
    table("Fact", "Value", rows);
    body.append(
        federation.siteParts().isEmpty()
            ? "\nEvery part of the model is shared.\n"
            : "\nThese parts are private to each site and not in this repository:\n\n");
    for (var part : new TreeSet<>(federation.siteParts())) {
      body.append("- `").append(part.replaceAll("[`\n\r]", " ")).append("`\n");
    }
  }

  private void chapter(String title, String text) {
    body.append("\n# ").append(title).append("\n\n").append(text.strip()).append('\n');
  }

  private void fold(String title, String content) {
    body.append(
        """

        <details>
        <summary><strong>%s</strong></summary>

        %s

        </details>
        """
            .formatted(title.replaceAll("[<>&\n\r]", " "), content.strip()));
  }

  private void table(String key, String value, Map<String, String> rows) {
    body.append('\n').append(rows(key, value, rows));
  }

  private static String rows(String key, String value, Map<String, String> rows) {
    var table = new StringBuilder("| %s | %s |\n| --- | --- |\n".formatted(key, value));
    rows.forEach((name, text) -> table.append("| %s | %s |\n".formatted(cell(name), cell(text))));
    return table.toString();
  }

  private static String fenced(Map<String, @Nullable Object> values) {
    var plain = new LinkedHashMap<String, @Nullable Object>();
    values.forEach((name, value) -> plain.put(name, value instanceof Tensor ? "(array)" : value));
    return "```json\n" + HubMetadata.pretty(plain) + "\n```";
  }

  /// Text that stays inside its cell and is not taken for HTML.
  private static String cell(String text) {
    return text.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replaceAll("[\n\r]+", " ");
  }

  private static String link(@Nullable String url) {
    return url == null || url.isBlank() ? NONE : url.replaceAll("\\s", "%20");
  }

  private static String join(List<String> texts) {
    return texts.isEmpty() ? NONE : String.join(", ", texts);
  }

  private static String orNone(String text) {
    return text.isBlank() ? NONE : text;
  }

  private static String number(@Nullable Long value) {
    return value == null ? NONE : value.toString();
  }

  private static long weights(SavedModel model) {
    return model.state().tensors().values().stream()
        .mapToLong(tensor ->
            switch (tensor) {
              case Tensor.Floats(_, var values) -> values.length;
              case Tensor.Longs(_, var values) -> values.length;
            })
        .sum();
  }
}
