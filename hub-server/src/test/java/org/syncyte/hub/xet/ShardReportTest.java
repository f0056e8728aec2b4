package org.syncyte.hub.xet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ShardReportTest {
  private final ShardReport report = new ShardReport(new ObjectMapper(), Duration.ofMillis(5));

  private String follow(Consumer<Progress> work) throws IOException {
    var out = new ByteArrayOutputStream();
    report.follow(out, work);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void speaksWhileTheWorkTakesLong() throws IOException {
    var lines =
        follow(
                progress -> {
                  progress.begin(3);
                  progress.next();
                  sleep(300);
                })
            .split("\n");
    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(lines[lines.length - 2])
        .contains("\"type\":\"validating\"", "\"verified\":1", "\"total\":3");
    assertThat(lines[lines.length - 1]).isEqualTo("{\"type\":\"result\"}");
  }

  @Test
  void tellsTheClientsFaultAndKeepsTheHubsOwn() throws IOException {
    assertThat(
            follow(_ -> {
              throw new XetFormatException("shard: cut off");
            }))
        .contains("shard: cut off", "\"retryable\":false");
    assertThat(
            follow(_ -> {
              throw new IllegalStateException("secret path");
            }))
        .contains("\"error\"", "\"retryable\":true")
        .doesNotContain("secret");
  }

  @Test
  void stopsTheWorkWhenTheClientIsGone() throws InterruptedException {
    var stopped = new CountDownLatch(1);
    var closed =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("closed");
          }
        };
    assertThatThrownBy(() ->
            report.follow(
                closed,
                progress -> {
                  try {
                    while (true) {
                      sleep(2);
                      progress.check();
                    }
                  } finally {
                    stopped.countDown();
                  }
                }))
        .isInstanceOf(IOException.class);
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
