package org.syncyte.hub.xet;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Tells a waiting client how its shard is doing: one JSON object per line, the last one says how
/// it ended. Without a line every few seconds clients and proxies would take the hub for dead.
@ApplicationScoped
class ShardReport {
  private static final Logger LOG = Logger.getLogger(ShardReport.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private final ObjectMapper json;
  private final Duration pause;

  @Inject
  ShardReport(ObjectMapper json) {
    this(json, PAUSE);
  }

  ShardReport(ObjectMapper json, Duration pause) {
    this.json = json;
    this.pause = pause;
  }

  void follow(OutputStream out, Consumer<Progress> work) throws IOException {
    var progress = new Progress();
    var end = new CompletableFuture<Boolean>();
    Thread.ofVirtual()
        .name("shard")
        .start(() -> {
          try {
            work.accept(progress);
            end.complete(true);
          } catch (Throwable failure) {
            end.completeExceptionally(failure);
          }
        });
    try {
      while (!ended(out, end)) {
        line(
            out,
            Map.of("type", "validating", "verified", progress.done(), "total", progress.total()));
      }
    } finally {
      progress.cancel();
    }
  }

  private boolean ended(OutputStream out, CompletableFuture<Boolean> end) throws IOException {
    try {
      end.get(pause.toMillis(), TimeUnit.MILLISECONDS);
      line(out, Map.of("type", "result"));
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException failure) {
      line(out, error(failure.getCause()));
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", interrupted);
    }
  }

  private static Map<String, Object> error(@Nullable Throwable cause) {
    var error = new LinkedHashMap<String, Object>();
    error.put("type", "error");
    switch (cause) {
      case HubException refusal -> {
        error.put("message", refusal.sentence());
        error.put("retryable", refusal.code() == ErrorCode.STORAGE_FULL);
      }
      case XetFormatException bad -> {
        error.put("message", String.valueOf(bad.getMessage()));
        error.put("retryable", false);
      }
      case null, default -> {
        LOG.error("a shard failed", cause);
        error.put("message", "The hub failed; its log says why");
        error.put("retryable", true);
      }
    }
    return error;
  }

  private void line(OutputStream out, Map<String, Object> line) throws IOException {
    out.write((json.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
