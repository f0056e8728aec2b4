package org.syncyte.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
  @TempDir Path directory;

  private static String query(EmbeddedDatabase database, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(database.url());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(database.url());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void dataSurviveARestartAndAServerLeftBehind() throws Exception {
    try (var first = EmbeddedDatabase.start(directory)) {
      execute(first, "create table kept as select 42 as answer");
      assertThat(query(first, "show fsync")).isEqualTo("on");
      assertThat(query(first, "show synchronous_commit")).isEqualTo("on");
      assertThat(query(first, "show listen_addresses")).isEqualTo("127.0.0.1");
    }
    assertThat(directory.resolve("data/postmaster.pid")).doesNotExist();
    var abandoned = EmbeddedDatabase.start(directory);
    assertThat(Files.exists(directory.resolve("data/postmaster.pid"))).isTrue();
    try (var second = EmbeddedDatabase.start(directory)) {
      assertThat(query(second, "select answer from kept")).isEqualTo("42");
      abandoned.close();
    }
  }
}
