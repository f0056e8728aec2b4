package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.hub.search.GeneKey;

/// Which of 10,000 models cover a list of genes, asked over HTTP. A model takes 2,000 of 36,000
/// genes, common ones more often. The result is in `target/coverage.md`.
///
///     ./syncyte test -pl tests -am -Dtest=CoverageLoad -Dsurefire.failIfNoSpecifiedTests=false
final class CoverageLoad {
  private static final int MODELS = Integer.getInteger("syncyte.load.repos", 10_000);
  private static final int QUESTIONS = Integer.getInteger("syncyte.load.questions", 200);
  private static final int GENES = 36_000;
  private static final int OF_MODEL = 2_000;
  private static final double LIMIT_MILLIS = 200;
  private static final List<String> NAMES =
      IntStream.range(0, GENES).mapToObj(i -> "ENSG%011d".formatted(i)).toList();

  @Test
  void answersSoon(@TempDir Path work) throws Exception {
    var report =
        new StringBuilder(
            "| genes asked | p50, ms | p99, ms | most, ms |\n|---:|---:|---:|---:|\n");
    double worst = 0;
    try (var hub = HubProcess.start(work.resolve("hub"))) {
      ManyRepos.fill(hub, MODELS);
      genes(ManyRepos.database(hub));
      var random = new Random(3);
      for (int size : new int[] {2_000, 20_000, GENES}) {
        double[] times = new double[QUESTIONS];
        for (int i = -20; i < QUESTIONS; i++) {
          String list = String.join("\n", pick(size, random));
          long begun = System.nanoTime();
          var reply =
              hub.send(
                  hub.request("/api/v1/coverage?limit=50")
                      .header("Content-Type", "text/plain")
                      .POST(BodyPublishers.ofString(list)));
          double millis = (System.nanoTime() - begun) / 1e6;
          assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
          if (i < 0) {
            assertThat(new ObjectMapper().readTree(reply.body()).path("matches")).hasSize(50);
          } else {
            times[i] = millis;
          }
        }
        Arrays.sort(times);
        double p99 = times[Math.min(QUESTIONS - 1, (int) (0.99 * QUESTIONS))];
        worst = Math.max(worst, p99);
        report.append(
            String.format(
                Locale.ROOT,
                "| %,d | %.1f | %.1f | %.1f |%n",
                size,
                times[QUESTIONS / 2],
                p99,
                times[QUESTIONS - 1]));
      }
    }
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "coverage.md"), report);
    System.out.println(report);
    assertThat(worst).as("p99 of %,d models", MODELS).isLessThan(LIMIT_MILLIS);
  }

  private static void genes(String url) throws Exception {
    var random = new Random(5);
    try (var database = DriverManager.getConnection(url);
        var insert =
            database.prepareStatement(
                "insert into model_genes (repo_id, commit, genes) select id, head, ? from repo"
                    + " where name = ?")) {
      database.setAutoCommit(false);
      for (int model = 1; model <= MODELS; model++) {
        long[] keys = GeneKey.of(pick(OF_MODEL, random));
        insert.setArray(1, database.createArrayOf("bigint", Arrays.stream(keys).boxed().toArray()));
        insert.setString(2, "model-" + model);
        insert.addBatch();
        if (model % 200 == 0) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
      database.commit();
    }
  }

  /// Some of the genes, the first ones more often than the last.
  private static List<String> pick(int count, Random random) {
    if (count == GENES) {
      return NAMES;
    }
    var chosen = new HashSet<Integer>();
    while (chosen.size() < count) {
      double skewed = Math.pow(random.nextDouble(), chosen.size() < count * 0.7 ? 2 : 1);
      chosen.add((int) (skewed * GENES));
    }
    return chosen.stream().map(NAMES::get).toList();
  }
}
