package org.syncyte.worker.site;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a site lets out: written by the site, read when the agent starts, never changed by a
/// message.
///
/// Anything that is not allowed in words is refused. A key, a version or a word that this release
/// does not know stops the agent, since a typing error must not open or close anything silently.
///
/// @param site the site that the policy speaks for
/// @param purpose the purpose the data may be used for, in the site's own words
/// @param models model classes that may be trained
/// @param aggregation ways of adding updates up; `PLAIN` shows the coordinator each site's update
/// @param minSites smallest number of sites in a run
/// @param minCells smallest number of own cells with which the site takes part
/// @param obsColumns columns of the cell table that may be part of a published, minified data set
/// @param open the switches that are open
///
///   Source: `spec/federation.md` section 14.1.
public record Policy(
    String site,
    String purpose,
    List<String> models,
    List<String> aggregation,
    int minSites,
    long minCells,
    List<String> obsColumns,
    Set<PolicyKey> open) {
  private static final Set<String> OTHER_KEYS =
      Set.of(
          "version",
          "site",
          "purpose",
          "models",
          "aggregation",
          "min-sites",
          "min-cells",
          "obs-columns",
          "error-text");

  public Policy {
    models = List.copyOf(models);
    aggregation = List.copyOf(aggregation);
    obsColumns = List.copyOf(obsColumns);
    open =
        Collections.unmodifiableSet(
            open.isEmpty() ? EnumSet.noneOf(PolicyKey.class) : EnumSet.copyOf(open));
    for (var way : aggregation) {
      if (!way.equals("PLAIN")) {
        throw new IllegalArgumentException(
            "'aggregation' names '%s'; this release knows PLAIN".formatted(way));
      }
    }
    if (minSites < 1 || minCells < 1) {
      throw new IllegalArgumentException(
          "'min-sites' is %d and 'min-cells' is %d; both are at least 1"
              .formatted(minSites, minCells));
    }
  }

  /// @throws IllegalArgumentException if the file says anything that this release does not know
  public static Policy read(Path file) {
    return of(file.toString(), Yaml.read(file, keys()));
  }

  /// The policy that a site's settings name.
  ///
  /// @throws IllegalArgumentException also if it speaks for another site
  public static Policy of(SiteConfig config) {
    var policy = read(config.policy());
    if (!policy.site().equals(config.site())) {
      throw new IllegalArgumentException(
          "%s speaks for site '%s', but the settings are those of '%s'; use this site's own policy"
              .formatted(config.policy(), policy.site(), config.site()));
    }
    return policy;
  }

  static Policy parse(String text) {
    return of("policy", Yaml.parse("policy", text, keys()));
  }

  private static Policy of(String file, Yaml yaml) {
    yaml.requireVersion(1);
    var open = EnumSet.noneOf(PolicyKey.class);
    for (var key : PolicyKey.values()) {
      var word = yaml.text(key.kebab(), key.closed());
      if (word.equals(key.open())) {
        open.add(key);
      } else if (!word.equals(key.closed())) {
        throw new IllegalArgumentException(
            "%s: '%s' is '%s', expected %s or %s"
                .formatted(file, key.kebab(), word, key.open(), key.closed()));
      }
    }
    var errorText = yaml.text("error-text", "CODE_ONLY");
    if (!errorText.equals("CODE_ONLY")) {
      throw new IllegalArgumentException(
          "%s: 'error-text' is '%s', expected CODE_ONLY: a longer text could quote data"
              .formatted(file, errorText));
    }
    try {
      return new Policy(
          yaml.required("site"),
          yaml.text("purpose", ""),
          yaml.list("models"),
          yaml.list("aggregation"),
          Math.toIntExact(yaml.number("min-sites", Integer.MAX_VALUE)),
          yaml.number("min-cells", Long.MAX_VALUE),
          yaml.list("obs-columns"),
          open);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(file + ": 'min-sites' is out of range", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Set<String> keys() {
    var all = new HashSet<>(OTHER_KEYS);
    for (var key : PolicyKey.values()) {
      all.add(key.kebab());
    }
    return all;
  }

  public boolean allows(PolicyKey key) {
    return open.contains(key);
  }
}
