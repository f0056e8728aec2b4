package org.syncyte.hub.ontology;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// The ontologies that this hub knows, in the database.
///
/// A hub begins with a few dozen common terms of its own. Whole ontologies are loaded by
/// administrators, each under its name; loading it again replaces it, in one transaction.
@ApplicationScoped
public class Ontologies {
  private static final Logger LOG = Logger.getLogger(Ontologies.class);
  private static final String STARTER = "starter";
  private static final int BATCH = 2_000;
  private static final int MAX_LABEL = 300;
  private final DataSource database;

  Ontologies(DataSource database) {
    this.database = database;
  }

  /// How much is known of one ontology.
  public record Loaded(String source, long terms, long tags) {}

  void begin(@Observes StartupEvent event) throws IOException {
    try (var in = Ontologies.class.getResourceAsStream("starter.obo")) {
      if (in == null) {
        throw new IllegalStateException("starter.obo is missing");
      }
      start(in);
    }
  }

  @Transactional
  void start(InputStream terms) throws IOException {
    try (var connection = database.getConnection()) {
      if (count(connection, "select count(*) from ontology_term") == 0) {
        load(connection, STARTER, terms);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the first terms could not be stored", failure);
    }
  }

  /// Loads an ontology in OBO format in place of what was loaded under this name.
  @Transactional
  public Loaded load(String source, InputStream obo) throws IOException {
    if (!source.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "source: 1 to 100 of letters, digits, '.', '_', '-'");
    }
    try (var connection = database.getConnection()) {
      var loaded = load(connection, source, obo);
      LOG.infof("%s: %d terms, %d tags explained", source, loaded.terms(), loaded.tags());
      return loaded;
    } catch (IllegalArgumentException unreadable) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, String.valueOf(unreadable.getMessage()), unreadable);
    } catch (SQLException failure) {
      throw new IllegalStateException("an ontology could not be stored", failure);
    }
  }

  /// What is loaded, by name.
  @Transactional
  public List<Loaded> all() {
    var all = new ArrayList<Loaded>();
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select t.source, count(*), count(distinct a.tag) from ontology_term t
                left join tag_ancestor a on a.ancestor = t.id and a.own group by t.source order by t.source
                """)) {
      while (rows.next()) {
        all.add(new Loaded(rows.getString(1), rows.getLong(2), rows.getLong(3)));
      }
      return all;
    } catch (SQLException failure) {
      throw new IllegalStateException("the ontologies could not be listed", failure);
    }
  }

  private static Loaded load(Connection connection, String source, InputStream obo)
      throws SQLException, IOException {
    // One at a time: two loads would wait for each other's terms in different order.
    run(connection, "lock table ontology_term in share row exclusive mode");
    try (var remove = connection.prepareStatement("delete from ontology_term where source = ?")) {
      remove.setString(1, source);
      remove.executeUpdate();
    }
    var batch = new Batch(connection, source);
    OboReader.read(obo, batch::add);
    batch.flush();
    run(connection, "delete from tag_ancestor");
    run(
        connection,
        """
        select explain_tag(t.facet, t.tag) from (select distinct facet, tag from repo_tag
        where facet in ('tissue', 'cell_type', 'disease', 'assay', 'organism')) t
        """);
    run(connection, "analyze ontology_label");
    run(connection, "analyze ontology_parent");
    run(connection, "analyze tag_ancestor");
    return new Loaded(
        source, batch.terms, count(connection, "select count(distinct tag) from tag_ancestor"));
  }

  /// Terms on their way into the database, many at a time.
  private static final class Batch {
    private final Connection connection;
    private final String source;
    private final List<Term> waiting = new ArrayList<>();
    private long terms;

    Batch(Connection connection, String source) {
      this.connection = connection;
      this.source = source;
    }

    void add(Term term) {
      waiting.add(term);
      if (waiting.size() == BATCH) {
        flush();
      }
    }

    /// A term that another ontology brought before is this one's from now on.
    void flush() {
      var ids = new ArrayList<String>();
      var names = new ArrayList<String>();
      var labels = new ArrayList<String>();
      var labelled = new ArrayList<String>();
      var parents = new ArrayList<String>();
      var children = new ArrayList<String>();
      for (var term : waiting) {
        ids.add(term.id());
        names.add(term.name());
        for (String label : labels(term)) {
          labels.add(label);
          labelled.add(term.id());
        }
        for (String parent : term.parents()) {
          parents.add(parent);
          children.add(term.id());
        }
      }
      terms += waiting.size();
      waiting.clear();
      put("delete from ontology_term where id = any (?)", ids);
      put(
          "insert into ontology_term (id, name, source) select i, n, '"
              + source
              + "' from unnest(?::text[], ?::text[]) as t (i, n) on conflict do nothing",
          ids,
          names);
      put(
          "insert into ontology_label (label, term) select * from unnest(?::text[], ?::text[]) on conflict do nothing",
          labels,
          labelled);
      put(
          "insert into ontology_parent (term, parent) select * from unnest(?::text[], ?::text[]) on conflict do nothing",
          children,
          parents);
    }

    private static TreeSet<String> labels(Term term) {
      var labels = new TreeSet<String>();
      labels.add(term.id().toLowerCase(Locale.ROOT));
      labels.add(term.name().toLowerCase(Locale.ROOT));
      term.synonyms().forEach(synonym -> labels.add(synonym.toLowerCase(Locale.ROOT)));
      labels.removeIf(label -> label.length() > MAX_LABEL);
      return labels;
    }

    @SafeVarargs
    private void put(String sql, List<String>... columns) {
      try (var statement = connection.prepareStatement(sql)) {
        for (int i = 0; i < columns.length; i++) {
          statement.setArray(i + 1, connection.createArrayOf("text", columns[i].toArray()));
        }
        statement.executeUpdate();
      } catch (SQLException failure) {
        throw new IllegalStateException("terms could not be stored", failure);
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
