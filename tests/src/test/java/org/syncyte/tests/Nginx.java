package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real `nginx` as a process of its own, from the Debian package. Its workers run as whoever runs
/// the test, so that they may read its temporary folders, which are closed to everybody else.
record Nginx(Process process, int port) implements AutoCloseable {
  /// Sends the files of a folder, with `sendfile`.
  static Nginx files(Path home, Path root) throws IOException, InterruptedException {
    return start(home, "sendfile on; tcp_nopush on;", "root " + root + ";");
  }

  static boolean installed() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "nginx")));
  }

  /// Gives a hub an address below a prefix, as on a host that serves other things, too. The path
  /// goes on as the client wrote it: nginx would decode `%2F`, and a branch may have one. An
  /// address made of variables is looked up by name only through a resolver, hence the number.
  static Nginx proxy(Path home, String prefix, String hub)
      throws IOException, InterruptedException {
    return start(
        home,
        "client_max_body_size 0;",
        """
        location %1$s/ {
          rewrite ^ $request_uri;
          rewrite ^%1$s(/.*)$ $1 break;
          return 400;
          proxy_pass %2$s$uri;
          proxy_http_version 1.1;
          proxy_request_buffering off;
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-Proto $scheme;
          proxy_set_header X-Forwarded-Host $http_host;
          proxy_set_header X-Forwarded-Prefix %1$s;
        }
        """
            .formatted(prefix, hub.replace("localhost", "127.0.0.1")));
  }

  private static Nginx start(Path home, String http, String server)
      throws IOException, InterruptedException {
    Files.createDirectories(home);
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var temporary = new StringBuilder();
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      temporary.append("%s_temp_path %s/%s; ".formatted(kind, home, kind));
    }
    Path conf = home.resolve("nginx.conf");
    // Only a process of the administrator may say who its workers are; others ignore the line.
    Files.writeString(
        conf,
        """
        user %5$s; daemon off; worker_processes auto; pid %1$s/pid; error_log %1$s/error.log;
        events { worker_connections 256; }
        http { access_log off; %2$s %6$s
          server { listen 127.0.0.1:%3$d; %4$s } }
        """
            .formatted(home, temporary, port, server, account(home), http));
    Process process;
    try {
      process =
          new ProcessBuilder("nginx", "-e", home + "/error.log", "-c", conf.toString()).start();
    } catch (IOException missing) {
      throw new IllegalStateException(
          "nginx is missing; get it with 'apt-get install nginx-light'", missing);
    }
    var nginx = new Nginx(process, port);
    nginx.ready(home);
    return nginx;
  }

  private static String account(Path home) throws IOException {
    var attributes = Files.readAttributes(home, java.nio.file.attribute.PosixFileAttributes.class);
    return attributes.owner().getName() + " " + attributes.group().getName();
  }

  private void ready(Path home) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 200; attempt++) {
      assertThat(process.isAlive()).as(() -> "nginx runs: " + log(home)).isTrue();
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        return;
      } catch (IOException _) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IOException("nginx does not answer");
  }

  private static String log(Path home) {
    try {
      return Files.readString(home.resolve("error.log"));
    } catch (IOException none) {
      return "it wrote no log";
    }
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
