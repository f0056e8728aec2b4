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

  /// A hub that dies without stopping its database.
  static final class Dying {
    private Dying() {}

    public static void main(String... arguments) {
      Runtime.getRuntime()
          .halt(EmbeddedDatabase.start(Path.of(arguments[0])).url().isEmpty() ? 1 : 0);
    }
  }

  private void leaveServerBehind() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Dying.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("dying.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(directory.resolve("dying.log"))).isZero();
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
    leaveServerBehind();
    assertThat(directory.resolve("data/postmaster.pid")).exists();
    try (var second = EmbeddedDatabase.start(directory)) {
      assertThat(query(second, "select answer from kept")).isEqualTo("42");
    }
  }
}
