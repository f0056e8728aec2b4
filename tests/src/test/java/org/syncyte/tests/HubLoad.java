package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub with 10,000 repositories of a hundred files under 100 requests a second.
///
/// Requests begin when their time has come, whether earlier ones have ended or not, and their
/// latency counts from that moment. The result is in `target/hub-load.md`.
///
///     ./syncyte test -pl tests -am -Dtest=HubLoad -Dsurefire.failIfNoSpecifiedTests=false
final class HubLoad {
  private static final int REPOS = Integer.getInteger("syncyte.load.repos", 10_000);
  private static final int RATE = Integer.getInteger("syncyte.load.rate", 100);
  private static final int WARM_SECONDS = 20;
  private static final int SECONDS = Integer.getInteger("syncyte.load.seconds", 30);
  private static final double LIMIT_MILLIS = 25;

  private enum Kind {
    INFO,
    TREE,
    HEAD,
    SEARCH
  }

  private record Timed(Kind kind, double millis, String what) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final ConcurrentLinkedQueue<Timed> times = new ConcurrentLinkedQueue<>();

  @Test
  void staysQuickWithManyRepositories(@TempDir Path work) throws Exception {
    try (var hub = HubProcess.start(work.resolve("hub"), HubProcess.OPTIMISED)) {
      ManyRepos.fill(hub, REPOS);
      drive(hub, WARM_SECONDS, 1);
      times.clear();
      drive(hub, SECONDS, 2);
    }
    var worst = new EnumMap<Kind, Double>(Kind.class);
    var report =
        new StringBuilder(
            "| request | number | p50, ms | p99, ms | most, ms |\n|---|---:|---:|---:|---:|\n");
    for (var kind : Kind.values()) {
      double[] sorted =
          times.stream()
              .filter(t -> t.kind() == kind)
              .mapToDouble(Timed::millis)
              .sorted()
              .toArray();
      worst.put(kind, at(sorted, 0.99));
      report.append(
          "| %s | %d | %.1f | %.1f | %.1f |\n"
              .formatted(
                  kind.name().toLowerCase(java.util.Locale.ROOT),
                  sorted.length,
                  at(sorted, 0.5),
                  at(sorted, 0.99),
                  sorted[sorted.length - 1]));
    }
    times.stream()
        .sorted((a, b) -> Double.compare(b.millis(), a.millis()))
        .limit(5)
        .forEach(slow -> report.append("\n- %.0f ms: %s".formatted(slow.millis(), slow.what())));
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "hub-load.md"), report + "\n");
    System.out.println(report);
    worst.forEach((kind, millis) -> assertThat(millis).as(kind + " p99").isLessThan(LIMIT_MILLIS));
  }

  private static double at(double[] sorted, double share) {
    return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  private void drive(HubProcess hub, int seconds, long seed) throws Exception {
    var random = new Random(seed);
    List<Future<?>> running = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long begin = System.nanoTime() + 100_000_000;
      for (int i = 0; i < seconds * RATE; i++) {
        long due = begin + i * 1_000_000_000L / RATE;
        var kind = Kind.values()[random.nextInt(4)];
        var request = request(hub, kind, random);
        while (System.nanoTime() < due) {
          TimeUnit.NANOSECONDS.sleep(Math.max(1, due - System.nanoTime()));
        }
        running.add(threads.submit(() -> send(kind, request, due)));
      }
      for (var one : running) {
        one.get();
      }
    }
  }

  private Void send(Kind kind, HttpRequest request, long due) throws Exception {
    var reply = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    double millis = (System.nanoTime() - due) / 1e6;
    assertThat(reply.statusCode()).as(request.uri().toString()).isEqualTo(200);
    times.add(
        new Timed(
            kind,
            millis,
            request.method() + " " + request.uri().getRawQuery() + " " + request.uri().getPath()));
    return null;
  }

  private static HttpRequest request(HubProcess hub, Kind kind, Random random) throws Exception {
    int number = 1 + random.nextInt(REPOS);
    String repo = "lab" + number % ManyRepos.NAMESPACES + "/model-" + number;
    return switch (kind) {
      case INFO -> hub.request("/api/models/" + repo).build();
      case TREE -> hub.request("/api/models/" + repo + "/tree/main?recursive=true").build();
      case HEAD -> hub.request("/" + repo + "/resolve/main/adata.h5ad").HEAD().build();
      case SEARCH -> hub.request("/api/models?limit=20&" + query(random)).build();
    };
  }

  private static String query(Random random) {
    String tissue = ManyRepos.TISSUES.get(random.nextInt(ManyRepos.TISSUES.size()));
    String model = ManyRepos.CLASSES.get(random.nextInt(ManyRepos.CLASSES.size()));
    return switch (random.nextInt(6)) {
      case 0 -> "search=" + tissue;
      case 1 -> "filter=tissue:" + tissue + "&filter=model_cls_name:" + model;
      case 2 -> "author=lab" + random.nextInt(ManyRepos.NAMESPACES) + "&sort=lastModified";
      case 3 -> "filter=tissue:organ&sort=downloads";
      case 4 -> "search=model-" + random.nextInt(REPOS);
      default -> "filter=genes:%3E=3500&sort=downloads";
    };
  }
}
