package org.syncyte.tests;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/// Fills a running hub's own database with generated repositories, a hundred files each, in the
/// shape that commits leave behind. Only rows: there is no content, so nothing can be downloaded.
final class ManyRepos {
  static final int NAMESPACES = 100;
  static final List<String> TISSUES =
      List.of("lung", "liver", "heart", "kidney", "brain", "skin", "blood", "colon", "eye", "bone");
  static final List<String> CLASSES = List.of("SCVI", "SCANVI", "TOTALVI", "LinearSCVI", "PEAKVI");
  private static final Pattern PORT = Pattern.compile("embedded PostgreSQL on port (\\d+)");
  private static final String FILES =
      """
      insert into tree_entry (repo_id, tree, path, parent, directory, oid, sha256, size, lfs)
      select c.repo_id, c.tree, %s, %s, %s, substr(md5(c.oid || f) || md5(f || c.oid), 1, 40),
        %s, %s, %s
      from commit c, generate_series(%d, %d) f
      """;

  private ManyRepos() {}

  static void fill(HubProcess hub, int repos) throws IOException, SQLException {
    try (Connection database = DriverManager.getConnection(database(hub));
        var sql = database.createStatement()) {
      database.setAutoCommit(false);
      String tissues = array(TISSUES);
      sql.execute(
          """
          insert into repo (namespace, name, private, created_at, updated_at, head, downloads,
            used_storage, library, card, excerpt, complete)
          select 'lab' || i %% %d, 'model-' || i, i %% 50 = 0, now() - i * interval '1 hour',
            now() - i * interval '1 minute', substr(md5('c' || i) || md5('d' || i), 1, 40),
            i * 7919 %% 10007, 1000000, 'scvi-tools', '{"license":"cc-by-4.0"}',
            'A model of the cells of the ' || (%s)[1 + i %% 10] || ', donor group ' || i %% 500
              || ', trained on counts of many single cells from healthy donors.', true
          from generate_series(1, %d) i
          """
              .formatted(NAMESPACES, tissues, repos));
      sql.execute(
          """
          insert into commit (repo_id, oid, tree, depth, author, title, message, created_at)
          select id, head, substr(md5(head) || md5(head || 't'), 1, 40), 0, 'admin', 'Add', '',
            updated_at from repo
          """);
      sql.execute("update check_run set state = 'DONE', finished_at = now()");
      sql.execute(
          "insert into ref (repo_id, name, target) select id, 'refs/heads/main', head from repo");
      String hash = "md5(c.oid || f) || md5(f || c.oid || 's')";
      sql.execute(
          FILES.formatted(
              "'part' || f / 10 || '/file' || f || '.bin'",
              "'part' || f / 10",
              "false",
              hash,
              "1000 + f",
              "true",
              10,
              106));
      sql.execute(FILES.formatted("'part' || f", "''", "true", "null", "0", "false", 1, 10));
      for (String name : List.of("model.pt", "README.md", "adata.h5ad")) {
        sql.execute(
            FILES.formatted("'" + name + "'", "''", "false", hash, "2000", "true", 200, 200));
      }
      for (String tag :
          List.of(
              "'tissue:' || (" + tissues + ")[1 + id % 10]",
              "'model_cls_name:' || (" + array(CLASSES) + ")[1 + id % 5]",
              "'license:cc-by-4.0'",
              "'genes:' || 1000 + id % 3000",
              "'donors:' || id % 500",
              "'single-cell'",
              "'scvi-tools'")) {
        sql.execute(
            """
            insert into repo_tag (repo_id, tag, facet, number)
            select id, %1$s, case when position(':' in %1$s) > 0 then split_part(%1$s, ':', 1) else '' end,
              case when %1$s ~ ':[0-9]+$' then split_part(%1$s, ':', 2)::double precision end from repo
            """
                .formatted(tag));
      }
      sql.execute(
          "insert into repo_text (repo_id, document) select id, to_tsvector('english', excerpt)"
              + " from repo on conflict do nothing");
      database.commit();
      database.setAutoCommit(true);
      sql.execute("vacuum analyze");
    }
  }

  /// The address of the hub's own database.
  static String database(HubProcess hub) throws IOException {
    var port = PORT.matcher(hub.log());
    if (!port.find()) {
      throw new IllegalStateException("the hub runs no database of its own");
    }
    return "jdbc:postgresql://127.0.0.1:" + port.group(1) + "/postgres?user=postgres";
  }

  private static String array(List<String> words) {
    return "array['" + String.join("','", words) + "']";
  }
}
