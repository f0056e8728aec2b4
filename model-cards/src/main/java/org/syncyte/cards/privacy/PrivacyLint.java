package org.syncyte.cards.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.Tensor;

/// Looks through a model's files for what may point to a person.
///
/// | rule | what |
/// |---|---|
/// | L1 | a label for each cell (`labels_`): the annotation of every training cell |
/// | L2 | the split of the cells: which ones were trained on |
/// | L3 | categories or columns that look like donors or patients |
/// | L4 | a column whose values are mostly different: it names cells or persons |
/// | L5 | barcodes as names of cells: they find the cell in the raw data |
/// | L6 | a group of fewer than ten cells: small enough to be one person's |
/// | L7 | a path on someone's machine |
/// | L8 | an e-mail address |
/// | L9 | parameters in the store that are not of this model |
/// | L10 | a file of results that holds something else, which may be about single cells |
///
/// The lint errs on the side of asking: it cannot know whether `S1` is a pseudonym that everybody
/// may see. It never repeats an address or a path in full.
public final class PrivacyLint {
  /// Groups below this size are reported.
  public static final int SMALL = 10;

  private static final int MAX_TEXT = 2 << 20;
  private static final int SHOWN = 3;
  private static final Pattern MAIL =
      Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,4}");
  private static final Pattern PATH =
      Pattern.compile(
          "(?<![\\w:/.])(?:/(?:home|Users|mnt|media|scratch|nfs|lustre|gpfs|Volumes|root)/|[A-Z]:\\\\{1,2}(?:Users|Documents)\\\\{1,2})[\\w.@"
              + " -]{1,100}");
  private static final Pattern DONOR =
      Pattern.compile(
          "(?i)(?:^|[^a-z])(?:donor|patient|subject|individual|participant|proband|mrn|hospital_?id|case_?id|person)(?:[^a-z]|$|s$|s[^a-z])");
  private static final Pattern BARCODE =
      Pattern.compile(".{0,60}?[ACGT]{12,}(?:-\\d{1,3})?(?:[-_].{0,60})?");

  private final List<Exposure> found = new ArrayList<>();

  private PrivacyLint() {}

  /// A card or another text file.
  public static List<Exposure> text(String place, String text) {
    var lint = new PrivacyLint();
    lint.addresses(place, text);
    return List.copyOf(lint.found);
  }

  /// What `model.pt` keeps beside its weights.
  public static List<Exposure> model(SavedModel model) {
    var lint = new PrivacyLint();
    lint.attributes(model.attributes());
    return List.copyOf(lint.found);
  }

  /// The names of the cells of a data file.
  public static List<Exposure> cells(List<String> names) {
    var lint = new PrivacyLint();
    long barcodes = names.stream().filter(name -> BARCODE.matcher(name).matches()).count();
    if (barcodes * 2 > names.size()) {
      lint.add(
          Exposure.Severity.WARNING,
          "L5",
          "obs_names",
          "%d of %d cells are named by their barcode, which finds them in the raw data"
              .formatted(barcodes, names.size()));
    }
    return List.copyOf(lint.found);
  }

  /// One column of a table of cells.
  ///
  /// @param counts how many cells have each value, by value
  /// @param cells cells with a value
  /// @param number whether the column holds measurements rather than names
  public static List<Exposure> column(
      String name, Map<String, Integer> counts, int cells, boolean number) {
    var lint = new PrivacyLint();
    var place = "obs['" + shortened(name) + "']";
    boolean donor = DONOR.matcher(name).find();
    if (donor) {
      lint.add(
          Exposure.Severity.SERIOUS,
          "L3",
          place,
          "%d values that seem to name donors, one for each cell".formatted(counts.size()));
    } else if (!number) {
      long alike = counts.keySet().stream().filter(value -> DONOR.matcher(value).find()).count();
      if (alike > 0) {
        lint.add(
            Exposure.Severity.WARNING,
            "L3",
            place,
            "%d of %d categories look like names of donors".formatted(alike, counts.size()));
      }
    }
    if (!number && cells > SMALL && counts.size() * 2L > cells) {
      lint.add(
          Exposure.Severity.SERIOUS,
          "L4",
          place,
          "%d different values for %d cells: it names cells or persons"
              .formatted(counts.size(), cells));
    } else if (!number && counts.size() > 1) {
      lint.smallGroups(place, counts);
    }
    counts.keySet().forEach(value -> lint.addresses(place, value));
    return distinct(lint.found);
  }

  /// The groups that a published result tells of.
  ///
  /// @param column the obs column that they come from, or empty if they are the model's own
  /// @param sizes cells of each group
  public static List<Exposure> groups(String file, String column, Map<String, Integer> sizes) {
    var lint = new PrivacyLint();
    long alike = sizes.keySet().stream().filter(name -> DONOR.matcher(name).find()).count();
    if (DONOR.matcher(column).find()) {
      lint.add(
          Exposure.Severity.SERIOUS,
          "L3",
          file,
          "%d groups by '%s', which seem to be donors".formatted(sizes.size(), shortened(column)));
    } else if (alike > 0) {
      lint.add(
          Exposure.Severity.WARNING,
          "L3",
          file,
          "%d of %d groups look like names of donors".formatted(alike, sizes.size()));
    }
    lint.smallGroups(file, sizes);
    sizes.keySet().forEach(name -> lint.addresses(file, name));
    return distinct(lint.found);
  }

  /// Names and texts of the unstructured part of a data file.
  public static List<Exposure> value(String place, @Nullable Object value) {
    var lint = new PrivacyLint();
    lint.walk(place, value, 0);
    return distinct(lint.found);
  }

  /// A file of results that could not be read.
  public static Exposure unreadable(String file, String problem) {
    return new Exposure(
        Exposure.Severity.WARNING,
        "L10",
        file,
        "it is not shown, and may hold more than results: " + problem);
  }

  /// The text with every address and path replaced by `[removed]`.
  public static String cleaned(String text) {
    return PATH.matcher(MAIL.matcher(text).replaceAll("[removed]")).replaceAll("[removed]");
  }

  private void smallGroups(String place, Map<String, Integer> counts) {
    int groups = 0;
    int smallest = Integer.MAX_VALUE;
    for (int size : counts.values()) {
      if (size > 0 && size < SMALL) {
        groups++;
        smallest = Math.min(smallest, size);
      }
    }
    if (groups > 0) {
      add(
          Exposure.Severity.WARNING,
          "L6",
          place,
          "%d of %d groups have fewer than %d cells; the smallest has %d"
              .formatted(groups, counts.size(), SMALL, smallest));
    }
  }

  private void attributes(Map<String, @Nullable Object> attributes) {
    var labels = attributes.get("labels_");
    if (labels != null) {
      add(
          Exposure.Severity.SERIOUS,
          "L1",
          "labels_",
          "the label of each of %d training cells; loaders do not need it".formatted(size(labels)));
    }
    long split = 0;
    for (var name : List.of("train_indices_", "validation_indices_", "test_indices_")) {
      split += size(attributes.get(name));
    }
    if (split > 0) {
      add(
          Exposure.Severity.NOTE,
          "L2",
          "train_indices_",
          "the split of %d cells; loaders do not need it".formatted(split));
    }
    if (attributes.get("registry_") instanceof Map<?, ?> registry) {
      registry(registry);
      foreign(attributes.get("pyro_param_store"), registry.get("model_name"));
    }
    walk("attr_dict", attributes, 0);
  }

  private void registry(Map<?, ?> registry) {
    if (!(registry.get("field_registries") instanceof Map<?, ?> fields)) {
      return;
    }
    fields.forEach((key, field) -> {
      if (field instanceof Map<?, ?> map && map.get("state_registry") instanceof Map<?, ?> state) {
        if (state.get("categorical_mapping") instanceof List<?> values) {
          categories(String.valueOf(state.get("original_key")), values);
        }
        if (state.get("mappings") instanceof Map<?, ?> mappings) {
          mappings.forEach((name, values) -> {
            if (values instanceof List<?> list) {
              categories(String.valueOf(name), list);
            }
          });
        }
      }
    });
  }

  private void categories(String column, List<?> values) {
    if (column.startsWith("_scvi_")) {
      return;
    }
    boolean named = DONOR.matcher(column).find();
    long alike =
        values.stream().filter(value -> DONOR.matcher(String.valueOf(value)).find()).count();
    if (named || alike > 0) {
      add(
          Exposure.Severity.WARNING,
          "L3",
          "categories of '" + shortened(column) + "'",
          "%d categories that seem to name donors: the model cannot do without their number, but it"
                  .formatted(named ? values.size() : alike)
              + " can do without their names");
    }
  }

  private void foreign(@Nullable Object store, @Nullable Object modelClass) {
    boolean pyro =
        Set.of("RESOLVI", "Decipher", "AmortizedLDA").contains(String.valueOf(modelClass));
    if (!pyro
        && store instanceof Map<?, ?> map
        && map.get("params") instanceof Map<?, ?> params
        && !params.isEmpty()) {
      add(
          Exposure.Severity.WARNING,
          "L9",
          "pyro_param_store",
          "%d parameters of another model, left over in its maker's process"
              .formatted(params.size()));
    }
  }

  private void walk(String place, @Nullable Object value, int depth) {
    if (depth > 24) {
      return;
    }
    switch (value) {
      case String text -> addresses(place, text);
      case Map<?, ?> map ->
          map.forEach((key, item) -> {
            addresses(place, String.valueOf(key));
            walk(
                depth == 0 ? place + "." + shortened(String.valueOf(key)) : place, item, depth + 1);
          });
      case Iterable<?> list -> list.forEach(item -> walk(place, item, depth + 1));
      case String[] texts -> {
        for (var text : texts) {
          addresses(place, text);
        }
      }
      case null, default -> {}
    }
  }

  private void addresses(String place, String all) {
    var text = all.length() > MAX_TEXT ? all.substring(0, MAX_TEXT) : all;
    if (text.indexOf('@') >= 0) {
      var mail = MAIL.matcher(text);
      for (int n = 0; n < SHOWN && mail.find(); n++) {
        var at = mail.group().indexOf('@');
        add(
            Exposure.Severity.WARNING,
            "L8",
            place,
            "an e-mail address, %s…%s"
                .formatted(mail.group().charAt(0), mail.group().substring(at)));
      }
    }
    if (text.indexOf('/') >= 0 || text.indexOf('\\') >= 0) {
      var path = PATH.matcher(text);
      for (int n = 0; n < SHOWN && path.find(); n++) {
        var start = path.group();
        add(
            Exposure.Severity.WARNING,
            "L7",
            place,
            "a path on someone's machine, %s…"
                .formatted(start.substring(0, Math.min(7, start.length()))));
      }
    }
  }

  private void add(Exposure.Severity severity, String code, String place, String message) {
    if (found.size() < 200) {
      found.add(new Exposure(severity, code, place, message));
    }
  }

  private static List<Exposure> distinct(List<Exposure> all) {
    return List.copyOf(new java.util.LinkedHashSet<>(all));
  }

  private static long size(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> list.size();
      case Tensor tensor -> tensor.shape().length == 0 ? 1 : tensor.shape()[0];
      case null -> 0;
      default -> 1;
    };
  }

  private static String shortened(String name) {
    return name.length() > 60 ? name.substring(0, 60) + "…" : name;
  }
}
