package org.syncyte.hub.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.trust.Published.checks;
import static org.syncyte.hub.trust.Published.fixture;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

/// What happens to a repository while its checks run.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class RaceTest {
  private static int count;
  private final String repo = "race/repo" + count++;

  @Inject
  @SuppressWarnings("NullAway.Init")
  CheckRuns runs;

  @Inject
  @SuppressWarnings("NullAway.Init")
  DataSource database;

  /// Errors that the worker logs.
  private static final class Errors extends Handler {
    private final List<LogRecord> records = new ArrayList<>();

    @Override
    public synchronized void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
        records.add(entry);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void repositoryRemovedWhileItIsCheckedIsNoError() throws InterruptedException {
    var errors = new Errors();
    var logger = Logger.getLogger(CheckWorker.class.getName());
    logger.addHandler(errors);
    try {
      for (int round = 0; round < 8; round++) {
        create(adminToken(), repo);
        new Published()
            .large("model.pt", fixture("scvi133-scanvi.pt"))
            .large("expression.onnx", Published.decoder(4, 30))
            .push(repo);
        TimeUnit.MILLISECONDS.sleep(40L * round);
        admin()
            .contentType("application/json")
            .body(Map.of("organization", "race", "name", repo.substring(5)))
            .delete("/api/repos/delete")
            .then()
            .statusCode(200);
      }
      create(adminToken(), repo);
      assertThat(checks(repo, "main").getString("state")).isEqualTo("DONE");
    } finally {
      logger.removeHandler(errors);
    }
    assertThat(errors.records.stream().map(LogRecord::getMessage)).isEmpty();
  }

  @Test
  void resultOfRunThatIsGoneIsNotKept() throws SQLException {
    create(adminToken(), repo);
    checks(repo, "main");
    long run;
    try (var connection = database.getConnection();
        var statement =
            connection.prepareStatement(
                "delete from check_run c using repo r where r.id = c.repo_id and r.namespace ="
                    + " 'race' and r.name = ? returning c.id")) {
      statement.setString(1, repo.substring(5));
      try (var rows = statement.executeQuery()) {
        rows.next();
        run = rows.getLong(1);
      }
    }
    assertThat(runs.keep(run, CheckResult.skipped("card", "nothing"))).isFalse();
    assertThat(runs.exists(run)).isFalse();
  }

  @Test
  void commitDoesNotUndoSettings() throws ExecutionException, InterruptedException {
    create(adminToken(), repo);
    for (int round = 0; round < 25; round++) {
      boolean hidden = round % 2 == 0;
      String text = "round " + round;
      var commit =
          CompletableFuture.runAsync(
              () -> committed(adminToken(), repo, header("Change"), file("note.txt", text)));
      admin()
          .contentType("application/json")
          .body(Map.of("private", hidden))
          .put("/api/models/" + repo + "/settings")
          .then()
          .statusCode(200);
      commit.get();
      admin().get("/api/models/" + repo).then().body("private", equalTo(hidden));
    }
  }

  /// The newest commit has a damaged model; the one before it passes, and is still being checked.
  @Test
  void tagsOfOneCommitDoNotStayOnTheNext() throws InterruptedException {
    create(adminToken(), repo);
    for (int round = 0; round < 6; round++) {
      new Published().large("model.pt", fixture("scvi133-scvi-minified.pt")).push(repo);
      TimeUnit.MILLISECONDS.sleep(25L * round);
      new Published().large("model.pt", new byte[500 + round]).push(repo);
      checks(repo, "main");
      List<String> tags = admin().get("/api/models/" + repo).then().extract().path("tags");
      assertThat(tags).noneMatch(tag -> tag.startsWith("genes:") || tag.equals("status:validated"));
    }
  }
}
