package org.syncyte.hub.repo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Role;

/// A search: words, an owner, and filters that must all hold. A filter is a tag (`tissue:lung`) or
/// a comparison (`genes:>=2000`).
public record Search(
    @Nullable String text,
    @Nullable String author,
    List<String> filters,
    Sort sort,
    boolean descending,
    int skip,
    int limit) {
  private static final Pattern COMPARISON =
      Pattern.compile(
          "([A-Za-z0-9_ -]{1,100}):(<=|>=|<|>)(-?[0-9.]{1,30}(?:[eE][+-]?[0-9]{1,3})?)");

  public Search {
    filters = List.copyOf(filters);
    if (limit < 1 || limit > 1000 || skip < 0 || filters.size() > 50) {
      throw new HubException(ErrorCode.BAD_REQUEST, "search: limit 1 to 1000, at most 50 filters");
    }
  }

  public static Search text(@Nullable String text, List<String> filters, int skip, int limit) {
    return new Search(text, null, filters, Sort.LAST_MODIFIED, true, skip, limit);
  }

  /// What to order by.
  public enum Sort {
    DOWNLOADS("r.downloads"),
    LIKES("r.downloads"),
    LAST_MODIFIED("r.updatedAt"),
    CREATED_AT("r.createdAt"),
    TRENDING_SCORE("r.downloads"),
    ID("lower(r.namespace)");

    private final String expression;

    Sort(String expression) {
      this.expression = expression;
    }
  }

  /// The matching repositories of one page, how many match in all, and the values of each facet
  /// with their counts among all matches.
  public record Found(List<RepoView> items, long total, Map<String, List<FacetCount>> facets) {}

  /// How many matches have this value.
  public record FacetCount(String value, long count) {}

  /// The condition in HQL over `r`; its parameters go to `parameters`.
  String where(Caller caller, Map<String, Object> parameters) {
    var where = new StringBuilder("1 = 1");
    switch (caller) {
      case Caller.Anonymous _ -> where.append(" and r.hidden = false");
      case Caller.Known known when known.role() == Role.ADMIN -> {}
      case Caller.Known known -> {
        where.append(
            " and (r.hidden = false or lower(r.namespace) in :mine"
                + " or lower(concat(r.namespace, '/', r.name)) in :places)");
        parameters.put(
            "mine",
            Stream.concat(Stream.of(known.name()), known.namespaces().stream())
                .filter(known::canRead)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList());
        parameters.put(
            "places",
            known.places().stream()
                .filter(place -> place.contains("/"))
                .filter(place ->
                    known.canRead(
                        place.substring(0, place.indexOf('/')),
                        place.substring(place.indexOf('/') + 1)))
                .map(place -> place.toLowerCase(Locale.ROOT))
                .toList());
      }
    }
    if (author != null && !author.isBlank()) {
      where.append(" and lower(r.namespace) = :author");
      parameters.put("author", author.toLowerCase(Locale.ROOT));
    }
    int word = 0;
    for (String part : text == null ? new String[0] : text.strip().split("\\s+")) {
      if (!part.isEmpty() && word < 10) {
        String name = "word" + word++;
        where.append(
            " and (lower(concat(r.namespace, '/', r.name)) like :%1$s escape '!' or cast(sql('(? in (select x.repo_id from repo_text x where x.document @@ websearch_to_tsquery(''english'', ?)))', r.id, :%1$stext) as Boolean) = true"
                    .formatted(name)
                + " or r.id in (select t.repoId from RepoTag t where lower(t.tag) like :%s escape '!'))"
                    .formatted(name));
        parameters.put(name + "text", part);
        parameters.put(name, "%" + part.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%");
      }
    }
    for (int i = 0; i < filters.size(); i++) {
      var comparison = COMPARISON.matcher(filters.get(i));
      if (comparison.matches()) {
        where.append(
            " and exists (select 1 from RepoTag t where t.repoId = r.id and t.facet = :facet%d and t.number %s :number%d)"
                .formatted(i, comparison.group(2), i));
        parameters.put("facet" + i, comparison.group(1));
        parameters.put("number" + i, number(comparison.group(3)));
      } else {
        where.append(
            " and exists (select 1 from RepoTag t where t.repoId = r.id and t.tag = :tag%d)"
                .formatted(i));
        parameters.put("tag" + i, filters.get(i));
      }
    }
    return where.toString();
  }

  String order() {
    return sort.expression
        + (descending ? " desc" : " asc")
        + ", r.id "
        + (descending ? "desc" : "asc");
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException bad) {
      throw new HubException(ErrorCode.BAD_REQUEST, "filter: '" + text + "' is not a number", bad);
    }
  }

  static Map<String, List<FacetCount>> facets(List<Object[]> rows) {
    var facets = new LinkedHashMap<String, List<FacetCount>>();
    for (var row : rows) {
      String facet = (String) row[0];
      String tag = (String) row[1];
      facets
          .computeIfAbsent(facet, _ -> new java.util.ArrayList<>())
          .add(new FacetCount(tag.substring(facet.length() + 1), (Long) row[2]));
    }
    return facets;
  }
}
