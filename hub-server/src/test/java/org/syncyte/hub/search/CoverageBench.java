package org.syncyte.hub.search;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/// How long a search by genes takes over 10,000 models, in memory and in SQL.
///
/// Each model reads 1,000 to 4,000 of 36,000 genes; popular genes are in most models, as highly
/// variable genes are. Arguments: number of models, number of questions.
public final class CoverageBench {
  private static final int GENES = 36_000;

  private CoverageBench() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    int models = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int questions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
    var random = new Random(1);
    var keys = IntStream.range(0, GENES).mapToLong(i -> GeneKey.of("GENE" + i)).toArray();
    var sets = new long[models][];
    for (int m = 0; m < models; m++) {
      sets[m] = pick(keys, 1_000 + random.nextInt(3_000), random);
    }
    var index = new GeneIndex();
    long before = used();
    long start = System.nanoTime();
    for (int m = 0; m < models; m++) {
      index.put(m, sets[m]);
    }
    System.out.printf(
        Locale.ROOT,
        "in memory: %,d models indexed in %.1f s, %.0f MB%n",
        models,
        (System.nanoTime() - start) / 1e9,
        (used() - before) / 1e6);
    for (int size : new int[] {2_000, 20_000, 36_000}) {
      var times = new double[questions];
      for (int q = -5; q < questions; q++) {
        var list = size == GENES ? keys : pick(keys, size, random);
        long asked = System.nanoTime();
        int found = index.rank(list, _ -> true, 50).size();
        if (q >= 0) {
          times[q] = (System.nanoTime() - asked) / 1e6;
        }
        if (found != 50) {
          throw new IllegalStateException("found " + found);
        }
      }
      print("in memory", size, times);
    }
    sql(sets, keys, random);
  }

  private static void sql(long[][] sets, long[] keys, Random random)
      throws IOException, SQLException {
    try (var server = EmbeddedPostgres.builder().start();
        var connection = server.getPostgresDatabase().getConnection()) {
      long start = System.nanoTime();
      fill(connection, sets);
      System.out.printf(
          Locale.ROOT, "in SQL: filled in %.1f s%n", (System.nanoTime() - start) / 1e9);
      for (int size : new int[] {2_000, 20_000}) {
        var times = new double[3];
        for (int q = 0; q < times.length; q++) {
          long asked = System.nanoTime();
          ask(connection, pick(keys, size, random));
          times[q] = (System.nanoTime() - asked) / 1e6;
        }
        print("in SQL", size, times);
      }
    }
  }

  private static void fill(Connection connection, long[][] sets) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("create table model_genes (repo_id bigint primary key, genes bigint[])");
    }
    connection.setAutoCommit(false);
    try (var insert = connection.prepareStatement("insert into model_genes values (?, ?)")) {
      for (int m = 0; m < sets.length; m++) {
        insert.setLong(1, m);
        insert.setArray(
            2, connection.createArrayOf("bigint", Arrays.stream(sets[m]).boxed().toArray()));
        insert.addBatch();
        if (m % 500 == 499) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
    }
    connection.commit();
    connection.setAutoCommit(true);
    try (var statement = connection.createStatement()) {
      statement.execute("create index on model_genes using gin (genes)");
      statement.execute("analyze");
    }
  }

  private static void ask(Connection connection, long[] list) throws SQLException {
    try (var query =
        connection.prepareStatement(
            """
            select m.repo_id, count(*) * 1.0 / cardinality(m.genes) as coverage
            from (select repo_id, genes from model_genes where genes && ?) m, unnest(m.genes) g
            where g in (select unnest(?::bigint[])) group by m.repo_id, m.genes
            order by coverage desc limit 50
            """)) {
      var array = connection.createArrayOf("bigint", Arrays.stream(list).boxed().toArray());
      query.setArray(1, array);
      query.setArray(2, array);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          rows.getLong(1);
        }
      }
    }
  }

  /// Some of the keys, the first ones more often than the last.
  private static long[] pick(long[] keys, int count, Random random) {
    var chosen = new java.util.HashSet<Integer>();
    while (chosen.size() < count) {
      double skewed = Math.pow(random.nextDouble(), chosen.size() < count * 0.7 ? 2 : 1);
      chosen.add((int) (skewed * keys.length));
    }
    return chosen.stream().mapToLong(i -> keys[i]).sorted().toArray();
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void print(String way, int size, double[] times) {
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "%s, list of %,d genes: median %.1f ms, p99 %.1f ms (%d questions)%n",
        way,
        size,
        times[times.length / 2],
        times[(int) Math.min(times.length - 1, Math.ceil(0.99 * times.length) - 1)],
        times.length);
  }
}
