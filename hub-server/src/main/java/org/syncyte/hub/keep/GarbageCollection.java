package org.syncyte.hub.keep;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Content;

/// Removes what nothing leads to.
///
///     branches, tags, pull requests ─► commits ─► trees ─► contents        needed
///     federations ─► contents                                              needed
///     anything younger than the grace period                               kept
///     the rest                                                             garbage, with a reason
///
/// Rows are removed in one transaction, files in a second one, which looks again whether a file was
/// sent anew in between. Both hold a lock of the database that every commit and every arrival of
/// content takes too, so nothing can become needed under their hands. If the hub is killed after the
/// first, files remain that the database does not know, and the next collection finds them; a row
/// never speaks of a file that is gone.
///
/// Content of chunked uploads below `xet` has its own rule, see `xet.Xorbs`.
@ApplicationScoped
public class GarbageCollection {
  /// What is younger is kept: an upload may not have been committed yet.
  public static final Duration GRACE = Duration.ofDays(1);

  private static final Logger LOG = Logger.getLogger(GarbageCollection.class);
  private static final int MAX_ITEMS = 1_000;
  private final DataSource database;
  private final BlobStore blobs;

  GarbageCollection(DataSource database, BlobStore blobs) {
    this.database = database;
    this.blobs = blobs;
  }

  public Garbage collect(boolean dryRun, Duration grace) {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var run = new Run(connection, blobs, dryRun, Instant.now().minus(grace));
        var garbage = run.collect();
        if (dryRun) {
          connection.rollback();
        } else {
          connection.commit();
          run.removeFiles();
          connection.commit();
          LOG.infof(
              "removed %d commits, %d links and %d files of %d bytes that nothing led to",
              garbage.commits(), garbage.links(), garbage.files(), garbage.bytes());
        }
        return garbage;
      } catch (SQLException | RuntimeException failure) {
        connection.rollback();
        throw failure;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the collection of garbage broke off", failure);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static final class Run {
    private final Connection connection;
    private final BlobStore blobs;
    private final boolean dryRun;
    private final Instant since;
    private final List<Garbage.Item> items = new ArrayList<>();
    private final List<String> doomed = new ArrayList<>();

    Run(Connection connection, BlobStore blobs, boolean dryRun, Instant since) {
      this.connection = connection;
      this.blobs = blobs;
      this.dryRun = dryRun;
      this.since = since;
    }

    Garbage collect() throws SQLException, IOException {
      if (!dryRun) {
        lock();
      }
      mark();
      list(
          "commit",
          "select c.oid, r.namespace || '/' || r.name, 0, 'no branch, tag or pull request leads to it' from gc_commit g join commit c on c.id = g.id join repo r on r.id = c.repo_id order by c.id");
      list(
          "link",
          """
          select g.sha256, r.namespace || '/' || r.name, b.size,
            case when exists (select 1 from tree_entry t where t.repo_id = g.repo_id and t.sha256 = g.sha256)
              then 'only in commits that nothing leads to' else 'uploaded, but in no commit' end
          from gc_link g join repo r on r.id = g.repo_id join blob b on b.sha256 = g.sha256 order by g.repo_id, g.sha256
          """);
      long commits = count("select count(*) from gc_commit");
      long links = count("select count(*) from gc_link");
      long trees = count("select count(*) from (select distinct repo_id, tree from gc_tree) t");
      var gone = texts("select sha256 from gc_blob order by sha256");
      long kept = count("select count(*) from blob") - gone.size();
      long bytes = 0;
      long files = 0;
      for (String sha256 : gone) {
        long size = blobs.size(sha256);
        item("file", sha256, "", size, "no repository and no federation holds it");
        bytes += size;
        files++;
      }
      var known = new HashSet<>(known());
      doomed.addAll(gone);
      for (String sha256 : blobs.olderThan(since)) {
        if (!known.contains(sha256)) {
          long size = blobs.size(sha256);
          item("file", sha256, "", size, "the database does not know it: what a crash left");
          doomed.add(sha256);
          bytes += size;
          files++;
        }
      }
      if (!dryRun) {
        remove();
      }
      return new Garbage(dryRun, commits, trees, links, files, bytes, kept, items);
    }

    private void mark() throws SQLException {
      run(
          """
          create temporary table gc_reached on commit drop as
          with recursive line (repo_id, oid, parent, tree) as (
            select c.repo_id, c.oid, c.parent, c.tree from ref f join commit c on c.repo_id = f.repo_id and c.oid = f.target
            union
            select c.repo_id, c.oid, c.parent, c.tree from line l join commit c on c.repo_id = l.repo_id and c.oid = l.parent)
          select repo_id, oid, tree from line
          """);
      run("create index on gc_reached (repo_id, oid)");
      run("analyze gc_reached");
      // A young commit keeps its past: its author may still name it.
      run(
          """
          insert into gc_reached
          with recursive line (repo_id, oid, parent, tree) as (
            select c.repo_id, c.oid, c.parent, c.tree from commit c where c.created_at >= ?
            union
            select c.repo_id, c.oid, c.parent, c.tree from line l join commit c on c.repo_id = l.repo_id and c.oid = l.parent)
          select repo_id, oid, tree from line
          """,
          since);
      run(
          """
          create temporary table gc_commit on commit drop as
          select c.id from commit c where not exists (
            select 1 from gc_reached g where g.repo_id = c.repo_id and g.oid = c.oid)
          """);
      run(
          """
          create temporary table gc_tree on commit drop as
          select t.id, t.repo_id, t.tree from tree_entry t where not exists (
            select 1 from gc_reached g where g.repo_id = t.repo_id and g.tree = t.tree)
          """);
      run(
          """
          create temporary table gc_needed on commit drop as
          select distinct t.repo_id, t.sha256 from tree_entry t
          where t.sha256 is not null and exists (
            select 1 from gc_reached g where g.repo_id = t.repo_id and g.tree = t.tree)
          """);
      run("create index on gc_needed (repo_id, sha256)");
      run(
          """
          create temporary table gc_link on commit drop as
          select b.id, b.repo_id, b.sha256 from repo_blob b where b.linked_at < ? and not exists (
            select 1 from gc_needed n where n.repo_id = b.repo_id and n.sha256 = b.sha256)
          """,
          since);
      run("create index on gc_link (id)");
      run(
          """
          create temporary table gc_blob on commit drop as
          select b.sha256 from blob b where b.created_at < ?
            and not exists (select 1 from fed_blob f where f.sha256 = b.sha256)
            and not exists (select 1 from repo_blob l where l.sha256 = b.sha256
              and not exists (select 1 from gc_link g where g.id = l.id))
          """,
          since);
    }

    private void remove() throws SQLException {
      run(
          "delete from check_run c using commit k, gc_commit g where k.id = g.id and c.repo_id = k.repo_id and c.commit = k.oid");
      run("delete from commit c using gc_commit g where g.id = c.id");
      run("delete from tree_entry t using gc_tree g where g.id = t.id");
      run("delete from repo_blob b using gc_link g where g.id = b.id");
      run("delete from file_scan s using gc_blob g where g.sha256 = s.sha256");
      run("delete from blob b using gc_blob g where g.sha256 = b.sha256");
    }

    /// In a transaction of its own, when what said that the files are there is gone for good.
    void removeFiles() throws SQLException {
      lock();
      doomed.removeAll(new HashSet<>(known()));
      doomed.forEach(sha256 -> blobs.remove(sha256, since));
    }

    private List<String> known() throws SQLException {
      return texts("select sha256 from blob union select sha256 from fed_blob");
    }

    private void lock() throws SQLException {
      run("select pg_advisory_xact_lock(" + Content.LOCK + ")");
    }

    private void item(String kind, String name, String repo, long bytes, String reason) {
      if (items.size() < MAX_ITEMS) {
        items.add(new Garbage.Item(kind, name, repo, bytes, reason));
      }
    }

    private void list(String kind, String sql) throws SQLException {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(sql + " limit " + MAX_ITEMS)) {
        while (rows.next()) {
          item(kind, rows.getString(1), rows.getString(2), rows.getLong(3), rows.getString(4));
        }
      }
    }

    private List<String> texts(String sql) throws SQLException {
      var texts = new ArrayList<String>();
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
      }
      return texts;
    }

    private long count(String sql) throws SQLException {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getLong(1);
      }
    }

    private void run(String sql, Instant... values) throws SQLException {
      try (var statement = connection.prepareStatement(sql)) {
        for (int i = 0; i < values.length; i++) {
          statement.setObject(i + 1, values[i].atOffset(java.time.ZoneOffset.UTC));
        }
        statement.execute();
      }
    }
  }
}
