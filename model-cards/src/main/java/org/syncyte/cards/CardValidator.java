package org.syncyte.cards;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.SavedModel;

/// Checks the parts of a published model against each other: card, metadata, weights, data.
///
/// An error keeps Python clients from loading the model; a warning is worth a look; a note is an
/// invitation to say more. Nothing here throws: a file that cannot be read is a problem of the
/// list.
public final class CardValidator {
  public enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  /// @param code stable name of the rule, such as `V2`
  public record Problem(Severity severity, String code, String message) {}

  /// What is known of the data file beside the model.
  ///
  /// @param minified kind of minification found in it, or null
  /// @param varNames its genes in order
  /// @param latentWidth width of its stored latent, or -1
  /// @param latentSound whether mean and variance are finite, and variance and library positive
  public record DataFacts(
      @Nullable String minified, List<String> varNames, int latentWidth, boolean latentSound) {}

  private static final Pattern SECRET =
      Pattern.compile(
          "[\\w.+-]{1,64}@[\\w-]{1,64}\\.[\\w.-]{2,64}|^/(home|Users|mnt|data)/|^[A-Z]:\\\\");

  private final List<Problem> problems = new ArrayList<>();

  private CardValidator() {}

  /// Checks the text of a card alone, as a client asks for before it pushes one.
  public static List<Problem> checkCard(String cardText) {
    var validator = new CardValidator();
    validator.card(cardText);
    return List.copyOf(validator.problems);
  }

  /// Checks everything that is there; null means that the file is absent.
  public static List<Problem> check(
      @Nullable String cardText,
      @Nullable String metadataJson,
      @Nullable SavedModel model,
      @Nullable DataFacts data) {
    var validator = new CardValidator();
    var card = cardText == null ? null : validator.card(cardText);
    if (cardText == null) {
      validator.add(Severity.WARNING, "V0", "there is no card; add a README.md");
    }
    var metadata = validator.metadata(metadataJson);
    if (model == null) {
      validator.add(Severity.ERROR, "V0", "there is no readable model.pt");
    } else {
      var facts = RegistryFacts.of(model);
      validator.names(card, metadata, facts);
      validator.widths(model, facts);
      validator.privacy(model);
      if (data != null) {
        validator.data(model, facts, data);
      }
    }
    return List.copyOf(validator.problems);
  }

  private @Nullable ModelCard card(String text) {
    ModelCard card;
    try {
      card = ModelCard.parse(text);
    } catch (IllegalArgumentException e) {
      add(Severity.ERROR, "C1", Objects.requireNonNullElse(e.getMessage(), "unreadable card"));
      return null;
    }
    if (card.frontMatter().isEmpty()) {
      add(
          Severity.WARNING,
          "C2",
          "the card has no front matter; a hub cannot find the model by it");
    }
    var licence = card.frontMatter().get("license");
    if (licence != null && !(licence instanceof String)) {
      add(Severity.ERROR, "C3", "license is '%s', expected text; quote it".formatted(licence));
    }
    var tags = card.frontMatter().get("tags");
    if (tags != null
        && !(tags instanceof List<?> list && list.stream().allMatch(String.class::isInstance))) {
      add(Severity.ERROR, "C4", "tags must be a list of texts; quote those that look like numbers");
    }
    if (card.licence().isEmpty()) {
      add(Severity.WARNING, "V9", "the card names no licence");
    }
    if (card.libraryName().isEmpty()) {
      add(Severity.NOTE, "C5", "the card names no library_name; stock clients expect scvi-tools");
    }
    for (var key : List.of("tissue", "organism", "modality")) {
      if (card.tagged(key).isEmpty()) {
        add(Severity.NOTE, "V9", "the card has no tag '%s:...'".formatted(key));
      }
    }
    return card;
  }

  private @Nullable HubMetadata metadata(@Nullable String json) {
    if (json == null) {
      add(Severity.ERROR, "V1", "there is no " + HubMetadata.FILE);
      return null;
    }
    try {
      return HubMetadata.parse(json);
    } catch (IllegalArgumentException e) {
      add(Severity.ERROR, "V1", Objects.requireNonNullElse(e.getMessage(), "unreadable metadata"));
      return null;
    }
  }

  private void names(
      @Nullable ModelCard card, @Nullable HubMetadata metadata, RegistryFacts facts) {
    same(
        "V2",
        "model_cls_name",
        facts.modelClass(),
        metadata == null ? null : metadata.modelClsName(),
        HubMetadata.FILE);
    same(
        "V3",
        "scvi_version",
        facts.scviVersion(),
        metadata == null ? null : metadata.scviVersion(),
        HubMetadata.FILE);
    if (card != null) {
      same("V2", "model_cls_name", facts.modelClass(), first(card, "model_cls_name"), "the card");
      same("V3", "scvi_version", facts.scviVersion(), first(card, "scvi_version"), "the card");
    }
  }

  private static @Nullable String first(ModelCard card, String key) {
    var values = card.tagged(key);
    return values.isEmpty() ? null : values.getFirst();
  }

  private void same(
      String code, String key, Optional<String> ours, @Nullable String theirs, String where) {
    if (ours.isEmpty()) {
      add(Severity.ERROR, code, "the registry in model.pt does not say its " + key);
    } else if (theirs != null && !ours.get().equals(theirs)) {
      add(
          code.equals("V2") ? Severity.ERROR : Severity.WARNING,
          code,
          "%s is '%s' in model.pt and '%s' in %s".formatted(key, ours.get(), theirs, where));
    }
  }

  private void widths(SavedModel model, RegistryFacts facts) {
    var genes = facts.statistics().get("n_vars");
    if (genes != null && genes != model.varNames().size()) {
      add(
          Severity.ERROR,
          "V5",
          "the registry counts %d genes, var_names %d".formatted(genes, model.varNames().size()));
    }
    var first = model.state().tensors().get("z_encoder.encoder.fc_layers.Layer 0.0.weight");
    if (first != null && first.shape().length == 2 && first.shape()[1] < model.varNames().size()) {
      add(
          Severity.ERROR,
          "V5",
          "the first layer reads %d values, but there are %d genes"
              .formatted(first.shape()[1], model.varNames().size()));
    }
    if (facts.parameters().get("n_latent") instanceof Long latent) {
      var mean = model.state().tensors().get("z_encoder.mean_encoder.weight");
      if (mean != null && mean.shape().length == 2 && mean.shape()[0] != latent) {
        add(
            Severity.ERROR,
            "V6",
            "n_latent is %d, the encoder has %d outputs".formatted(latent, mean.shape()[0]));
      }
    }
  }

  private void data(SavedModel model, RegistryFacts facts, DataFacts data) {
    if (facts.minified() && data.minified() == null) {
      add(Severity.NOTE, "V4", "the model is minified, its data file is not");
    }
    if (!facts.minified() && data.minified() != null) {
      add(
          Severity.ERROR,
          "V4",
          "the data file is minified (%s), the model is not; stock clients refuse the pair"
              .formatted(data.minified()));
    }
    if (!data.varNames().equals(model.varNames())) {
      add(
          Severity.WARNING,
          "V7",
          "the genes of the data file are not those of the model, in order");
    }
    if (data.latentWidth() >= 0
        && facts.parameters().get("n_latent") instanceof Long latent
        && latent != data.latentWidth()) {
      add(
          Severity.ERROR,
          "V7",
          "the stored latent is %d wide, n_latent is %d".formatted(data.latentWidth(), latent));
    }
    if (!data.latentSound()) {
      add(
          Severity.WARNING,
          "V8",
          "the stored latent has values that are not finite, or variances or library sizes <= 0");
    }
  }

  private void privacy(SavedModel model) {
    if (model.attributes().get("labels_") != null) {
      add(Severity.WARNING, "P1", "model.pt holds the label of every cell; publish a clean copy");
    }
    if (model.attributes().get("train_indices_") != null) {
      add(Severity.NOTE, "P2", "model.pt holds the split of the cells; a clean copy leaves it out");
    }
    if (mentionsSecret(model.attributes())) {
      add(
          Severity.WARNING,
          "P3",
          "model.pt holds an e-mail address or a path of someone's machine");
    }
  }

  private static boolean mentionsSecret(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length() < 4096 && SECRET.matcher(text).find();
      case Map<?, ?> map -> map.values().stream().anyMatch(CardValidator::mentionsSecret);
      case List<?> list -> list.stream().anyMatch(CardValidator::mentionsSecret);
      case null, default -> false;
    };
  }

  private void add(Severity severity, String code, String message) {
    problems.add(new Problem(severity, code, message));
  }
}
