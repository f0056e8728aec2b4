package org.syncyte.hub.repo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Role;

/// A search: words, an owner, and filters that must all hold. A filter is a tag (`tissue:lung`) or
/// a comparison (`genes:>=2000`). Where the hub knows what a tag means, the filter also finds what
/// is narrower: `tissue:lung` the left lung.
public record Search(
    @Nullable String text,
    @Nullable String author,
    List<String> filters,
    Only only,
    Sort sort,
    boolean descending,
    int skip,
    int limit) {
  private static final Pattern COMPARISON =
      Pattern.compile(
          "([A-Za-z0-9_ -]{1,100}):(<=|>=|<|>)(-?[0-9.]{1,30}(?:[eE][+-]?[0-9]{1,3})?)");

  /// Facets whose values are terms of ontologies; `V161__ontology.sql` names the same.
  static final Set<String> TERMS = Set.of("tissue", "cell_type", "disease", "assay", "organism");

  public Search {
    filters = List.copyOf(filters);
    if (limit < 1 || limit > 1000 || skip < 0 || filters.size() > 50) {
      throw new HubException(ErrorCode.BAD_REQUEST, "search: limit 1 to 1000, at most 50 filters");
    }
  }

  public static Search text(@Nullable String text, List<String> filters, int skip, int limit) {
    return new Search(text, null, filters, Only.ANY, Sort.LAST_MODIFIED, true, skip, limit);
  }

  /// What else must hold.
  ///
  /// @param gated `auto` or `manual` for models gated so, `true` for both, `false` for open ones
  public record Only(@Nullable String pipelineTag, @Nullable String gated) {
    /// Everything.
    public static final Only ANY = new Only(null, null);

    private void add(StringBuilder where, Map<String, Object> parameters) {
      if (pipelineTag != null) {
        where.append(" and r.pipeline_tag = :pipelineTag");
        parameters.put("pipelineTag", pipelineTag);
      }
      switch (gated == null ? "" : gated.toLowerCase(Locale.ROOT)) {
        case "" -> {}
        case "true", "1" -> where.append(" and r.gated <> ''");
        case "auto" -> where.append(" and r.gated = 'auto'");
        case "manual" -> where.append(" and r.gated = 'manual'");
        case "false", "0" -> where.append(" and r.gated = ''");
        default ->
            throw new HubException(
                ErrorCode.BAD_REQUEST, "gated '" + gated + "': use true, false, auto or manual");
      }
    }
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

  /// How many matches have this value, or one that is narrower.
  ///
  /// @param narrower how many narrower values are among them
  public record FacetCount(String value, long count, long narrower) {}

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
    only.add(where, parameters);
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
              union all select t.repo_id from repo_tag t where lower(t.tag) like :%1$s escape '!'
              union all select t.repo_id from repo_tag t where t.tag in (
                select a.tag from ontology_label l join tag_ancestor a on a.ancestor = l.term
                where l.label = :%1$sterm and a.facet in ('tissue', 'cell_type', 'disease', 'assay', 'organism')))
            """
                .formatted(name));
        parameters.put(name + "text", part);
        parameters.put(name + "term", part.toLowerCase(Locale.ROOT));
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
      } else if (TERMS.contains(Listing.facet(filters.get(i)))) {
        String facet = Listing.facet(filters.get(i));
        where.append(
            """
             and r.id in (select t.repo_id from repo_tag t where t.tag in (select :tag%1$d
              union all select a.tag from ontology_label l join tag_ancestor a on a.ancestor = l.term
                and a.facet = :facet%1$d where l.label = :label%1$d))
            """
                .formatted(i));
        parameters.put("tag" + i, filters.get(i));
        parameters.put("facet" + i, facet);
        parameters.put(
            "label" + i, filters.get(i).substring(facet.length() + 1).toLowerCase(Locale.ROOT));
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

  /// For each tag in use that has narrower ones: how many matches have any of them.
  String narrower(Caller caller, Map<String, Object> parameters) {
    return """
    select o.tag, count(distinct n.repo_id), count(distinct n.tag) from tag_ancestor o
    join tag_ancestor a on a.facet = o.facet and a.ancestor = o.ancestor
    join repo_tag n on n.tag = a.tag
    where o.own and n.repo_id in (select r.id from repo r where %s)
    group by o.tag having count(distinct n.tag) > 1
    """
        .formatted(where(caller, parameters));
  }

  static Map<String, List<FacetCount>> facets(List<Object[]> rows, List<Object[]> narrower) {
    var broad = new HashMap<String, Object[]>();
    narrower.forEach(row -> broad.put((String) row[0], row));
    var facets = new LinkedHashMap<String, List<FacetCount>>();
    for (var row : rows) {
      String facet = (String) row[0];
      String tag = (String) row[1];
      var more = broad.get(tag);
      facets
          .computeIfAbsent(facet, _ -> new ArrayList<>())
          .add(
              new FacetCount(
                  tag.substring(facet.length() + 1),
                  (Long) (more == null ? row[2] : more[1]),
                  more == null ? 0 : (Long) more[2] - 1));
    }
    TERMS.stream()
        .flatMap(facet -> Stream.ofNullable(facets.get(facet)))
        .forEach(values -> values.sort(Comparator.comparingLong(FacetCount::count).reversed()));
    return facets;
  }
}
