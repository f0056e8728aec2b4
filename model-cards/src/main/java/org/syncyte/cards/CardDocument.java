package org.syncyte.cards;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.Tensor;

/// A card for programs: the same content as its page, with types.
///
/// @param frontMatter as the author wrote it
/// @param sections chapters in order, each with whose words it holds
/// @param model what `model.pt` says, or null if there is none that could be read
@JsonPropertyOrder({"schema", "generated", "frontMatter", "sections", "model"})
public record CardDocument(
    int schema,
    boolean generated,
    Map<String, @Nullable Object> frontMatter,
    List<Section> sections,
    @Nullable Model model) {
  public static final int SCHEMA = 1;

  /// Who wrote a chapter.
  public enum Origin {
    AUTHOR,
    FILES
  }

  /// @param html safe to show
  public record Section(int level, String heading, Origin origin, String markdown, String html) {}

  /// @param cells cells it was trained on, or null where the file does not say
  /// @param categories values of each categorical column, in the order of their codes
  /// @param locations where each field lies in the data
  /// @param parameters arguments of the constructor; those that are arrays as their shape
  public record Model(
      @Nullable String modelClass,
      @Nullable String scviVersion,
      @Nullable Long cells,
      int genes,
      boolean minified,
      long weights,
      List<String> varNames,
      Map<String, List<String>> categories,
      Map<String, @Nullable Object> parameters,
      Map<String, @Nullable Object> setup,
      Map<String, String> locations,
      Map<String, Long> statistics) {}

  public CardDocument {
    sections = List.copyOf(sections);
  }

  /// @param card the author's card, or null if there is none: then the files speak alone
  /// @throws IllegalArgumentException if there is neither
  public static CardDocument of(@Nullable ModelCard card, @Nullable SavedModel model) {
    var made = model == null ? null : CardWriter.write(model, CardDetails.of("unknown", "unknown"));
    var shown = card != null ? card : made;
    if (shown == null) {
      throw new IllegalArgumentException("there is neither a card nor a model that could be read");
    }
    var generated =
        made == null ? List.<CardSections.Section>of() : CardSections.of(made.body(), 2);
    var sections = new ArrayList<Section>();
    for (var section : CardSections.of(shown.body(), 2)) {
      boolean ours =
          generated.stream()
              .anyMatch(other ->
                  other.heading().equals(section.heading())
                      && other.markdown().strip().equals(section.markdown().strip()));
      sections.add(
          new Section(
              section.level(),
              section.heading(),
              ours ? Origin.FILES : Origin.AUTHOR,
              section.markdown().strip(),
              CardPage.html(new ModelCard(Map.of(), section.markdown()))));
    }
    return new CardDocument(
        SCHEMA,
        card == null,
        card == null ? Map.of() : card.frontMatter(),
        sections,
        model == null ? null : model(model));
  }

  private static Model model(SavedModel model) {
    var facts = RegistryFacts.of(model);
    long weights = 0;
    for (var tensor : model.state().tensors().values()) {
      weights +=
          switch (tensor) {
            case Tensor.Floats(_, var values) -> values.length;
            case Tensor.Longs(_, var values) -> values.length;
          };
    }
    return new Model(
        facts.modelClass().orElse(null),
        facts.scviVersion().orElse(null),
        facts.statistics().get("n_cells"),
        model.varNames().size(),
        facts.minified(),
        weights,
        model.varNames(),
        facts.categories(),
        plain(facts.parameters()),
        plain(facts.setup()),
        facts.locations(),
        new TreeMap<>(facts.statistics()));
  }

  private static Map<String, @Nullable Object> plain(Map<String, @Nullable Object> values) {
    var plain = new LinkedHashMap<String, @Nullable Object>();
    values.forEach((name, value) -> plain.put(name, plain(value)));
    return plain;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean flag -> flag;
      case Double number when !Double.isFinite(number) -> number.toString();
      case Number number -> number;
      case List<?> list -> {
        var copy = new ArrayList<@Nullable Object>();
        list.forEach(item -> copy.add(plain(item)));
        yield copy;
      }
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), plain(item)));
        yield copy;
      }
      case Tensor tensor -> "array " + java.util.Arrays.toString(tensor.shape());
      default -> value.toString();
    };
  }
}
