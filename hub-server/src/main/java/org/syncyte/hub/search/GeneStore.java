package org.syncyte.hub.search;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;
import org.syncyte.hub.repo.Revision;

/// The genes of each model on main: in the database as the truth, in memory as an index.
///
/// Each change takes a number from a sequence. Before a question the index reads what has changed
/// since it last looked, so several hubs over one database agree. Numbers may appear out of order
/// when two transactions overlap; the index therefore looks a little further back.
@ApplicationScoped
public class GeneStore {
  private static final int OVERLAP = 64;
  private final DataSource database;
  private final GeneIndex index = new GeneIndex();
  private final Set<Long> recent = new HashSet<>();
  private long seen = Long.MIN_VALUE;

  GeneStore(DataSource database) {
    this.database = database;
  }

  /// Fills the index while the hub starts, so that the first question need not wait for it.
  void fill(@Observes StartupEvent event) {
    Thread.ofVirtual().name("genes").start(this::index);
  }

  /// Keeps the genes of a revision.
  public void put(Revision revision, long[] genes) {
    try (var connection = database.getConnection();
        var statement =
            connection.prepareStatement(
                """
                insert into model_genes (repo_id, commit, genes) values (?, ?, ?)
                on conflict (repo_id) do update set commit = excluded.commit, genes = excluded.genes,
                  changed = nextval('gene_change')
                  where model_genes.genes <> excluded.genes
                """)) {
      statement.setLong(1, revision.repo().key());
      statement.setString(2, revision.commit());
      statement.setArray(
          3, connection.createArrayOf("bigint", java.util.Arrays.stream(genes).boxed().toArray()));
      statement.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("the genes of a model could not be kept", failure);
    }
  }

  /// The index, up to date. What was read before is not sent again.
  synchronized GeneIndex index() {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement =
          connection.prepareStatement(
              "select repo_id, genes, changed from model_genes where changed > ?"
                  + " and changed <> all (?) order by changed")) {
        statement.setLong(1, seen == Long.MIN_VALUE ? seen : seen - OVERLAP);
        statement.setArray(2, connection.createArrayOf("bigint", recent.toArray()));
        statement.setFetchSize(200);
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            index.put(rows.getLong(1), longs((Long[]) rows.getArray(2).getArray()));
            long changed = rows.getLong(3);
            recent.add(changed);
            seen = Math.max(seen, changed);
          }
        }
        recent.removeIf(changed -> changed < seen - 2 * OVERLAP);
      }
      connection.commit();
      return index;
    } catch (SQLException failure) {
      throw new IllegalStateException("the genes of the models could not be read", failure);
    }
  }

  private static long[] longs(Long[] boxed) {
    var values = new long[boxed.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed[i];
    }
    return values;
  }
}
