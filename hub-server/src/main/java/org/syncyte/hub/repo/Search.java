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
    LAST_MODIFIED("r.updated_at"),
    CREATED_AT("r.created_at"),
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

  /// The condition in SQL over the repositories `r`; its parameters go to `parameters`.
  ///
  /// Each word is looked up in names, cards and tags apart, and the keys are put together: one
  /// condition with `or` would keep the database from its indexes.
  String where(Caller caller, Map<String, Object> parameters) {
    var where = new StringBuilder("1 = 1");
    switch (caller) {
      case Caller.Anonymous _ -> where.append(" and not r.private");
      case Caller.Known known when known.role() == Role.ADMIN -> {}
      case Caller.Known known -> {
        where.append(
            " and (not r.private or lower(r.namespace) in :mine"
                + " or lower(r.namespace || '/' || r.name) in :places)");
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
            """
             and r.id in (
              select n.id from repo n where lower(n.namespace || '/' || n.name) like :%1$s escape '!'
              union all select x.repo_id from repo_text x
                where x.document @@ websearch_to_tsquery('english', :%1$stext)
              union all select t.repo_id from repo_tag t where lower(t.tag) like :%1$s escape '!')
            """
                .formatted(name));
        parameters.put(name + "text", part);
        parameters.put(name, "%" + part.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%");
      }
    }
    for (int i = 0; i < filters.size(); i++) {
      var comparison = COMPARISON.matcher(filters.get(i));
      if (comparison.matches()) {
        where.append(
            " and r.id in (select t.repo_id from repo_tag t where t.facet = :facet%d and t.number %s :number%d)"
                .formatted(i, comparison.group(2), i));
        parameters.put("facet" + i, comparison.group(1));
        parameters.put("number" + i, number(comparison.group(3)));
      } else {
        where.append(
            " and r.id in (select t.repo_id from repo_tag t where t.tag = :tag%d)".formatted(i));
        parameters.put("tag" + i, filters.get(i));
      }
    }
    return where.toString();
  }

  /// The keys of one page in order, each with the number of all matches; one row without a key if
  /// the page is empty. Matches are found once, ordered by their keys alone, and counted.
  String page(Caller caller, Map<String, Object> parameters) {
    String direction = descending ? "desc" : "asc";
    return """
    with found as materialized (select r.id, %1$s as place from repo r where %2$s)
    select p.id, n.total from (select count(*) as total from found) n left join
      (select id, place from found order by place %3$s, id %3$s offset %4$d limit %5$d) p on true
    order by p.place %3$s, p.id %3$s
    """
        .formatted(sort.expression, where(caller, parameters), direction, skip, limit);
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
