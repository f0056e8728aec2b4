package org.syncyte.hub.hfapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.syncyte.hub.repo.CardFacts;

/// What the front matter of a card must and should say.
final class CardRules {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?");
  private static final Set<String> LICENSES =
      Set.of(
          "apache-2.0",
          "mit",
          "openrail",
          "bigscience-openrail-m",
          "creativeml-openrail-m",
          "bigscience-bloom-rail-1.0",
          "bigcode-openrail-m",
          "afl-3.0",
          "artistic-2.0",
          "bsl-1.0",
          "bsd",
          "bsd-2-clause",
          "bsd-3-clause",
          "bsd-3-clause-clear",
          "c-uda",
          "cc",
          "cc0-1.0",
          "cc-by-2.0",
          "cc-by-2.5",
          "cc-by-3.0",
          "cc-by-4.0",
          "cc-by-sa-3.0",
          "cc-by-sa-4.0",
          "cc-by-nc-2.0",
          "cc-by-nc-3.0",
          "cc-by-nc-4.0",
          "cc-by-nd-4.0",
          "cc-by-nc-nd-3.0",
          "cc-by-nc-nd-4.0",
          "cc-by-nc-sa-2.0",
          "cc-by-nc-sa-3.0",
          "cc-by-nc-sa-4.0",
          "cdla-sharing-1.0",
          "cdla-permissive-1.0",
          "cdla-permissive-2.0",
          "wtfpl",
          "ecl-2.0",
          "epl-1.0",
          "epl-2.0",
          "etalab-2.0",
          "eupl-1.1",
          "eupl-1.2",
          "agpl-3.0",
          "gfdl",
          "gpl",
          "gpl-2.0",
          "gpl-3.0",
          "lgpl",
          "lgpl-2.1",
          "lgpl-3.0",
          "isc",
          "lppl-1.3c",
          "ms-pl",
          "mpl-2.0",
          "odc-by",
          "odbl",
          "openrail++",
          "osl-3.0",
          "postgresql",
          "ofl-1.1",
          "ncsa",
          "unlicense",
          "zlib",
          "pddl",
          "unknown",
          "other");

  private CardRules() {}

  static CardRoutes.Verdict check(String readme) {
    var errors = new ArrayList<CardRoutes.Remark>();
    var warnings = new ArrayList<CardRoutes.Remark>();
    try {
      check(CardFacts.read(readme), errors, warnings);
    } catch (IllegalArgumentException bad) {
      errors.add(new CardRoutes.Remark(String.valueOf(bad.getMessage())));
    }
    return new CardRoutes.Verdict(errors, warnings);
  }

  private static void check(
      CardFacts facts, List<CardRoutes.Remark> errors, List<CardRoutes.Remark> warnings) {
    if (facts.card().isEmpty()) {
      warnings.add(new CardRoutes.Remark("empty or missing yaml metadata in repo card"));
      return;
    }
    var licenses = facts.strings("license");
    for (String license : licenses) {
      if (!LICENSES.contains(license)) {
        errors.add(
            new CardRoutes.Remark(
                "\"license\" must be one of the known identifiers, or other with license_name; not '"
                    + license
                    + "'"));
      }
    }
    if (licenses.isEmpty()) {
      warnings.add(
          new CardRoutes.Remark("the card names no license, so others may not use the model"));
    } else if (licenses.contains("other") && facts.string("license_name") == null) {
      errors.add(new CardRoutes.Remark("\"license_name\" is needed when license is other"));
    }
    for (String key : List.of("base_model", "datasets")) {
      for (String value : facts.strings(key)) {
        if (!ID.matcher(value).matches()) {
          errors.add(
              new CardRoutes.Remark(
                  "\"" + key + "\" with value '" + value + "' is not a valid id"));
        }
      }
    }
    if (facts.card().containsKey("model-index")
        && !(facts.card().get("model-index") instanceof List<?>)) {
      errors.add(new CardRoutes.Remark("\"model-index\" must be a list"));
    }
    if (facts.strings("library_name").contains("scvi-tools")
        && facts.strings("tags").stream().noneMatch(tag -> tag.startsWith("model_cls_name:"))) {
      warnings.add(
          new CardRoutes.Remark(
              "a single-cell model's card should have a tag model_cls_name:<class>"));
    }
  }
}
