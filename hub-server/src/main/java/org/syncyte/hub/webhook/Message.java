package org.syncyte.hub.webhook;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One HTTP POST to a machine that has been checked.
///
/// The JDK's client asks for a name's address itself, after any check; here the connection goes to
/// the checked machine, while the certificate must be that of the name. Redirects are not followed,
/// and of the answer only the status is read.
final class Message {
  private static final int MAX_LINE = 4096;

  private Message() {}

  /// The status that the other end answered with.
  static int post(Destination to, String body, @Nullable String secret, Duration timeout)
      throws IOException {
    URI url = to.url();
    boolean tls = "https".equals(url.getScheme());
    int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
    int patience = Math.toIntExact(timeout.toMillis());
    try (var plain = new Socket()) {
      plain.connect(new InetSocketAddress(to.machine(), port), patience);
      plain.setSoTimeout(patience);
      try (var socket = tls ? secured(plain, url.getHost(), port) : plain) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var out = socket.getOutputStream();
        out.write(head(url, port, tls, bytes.length, secret).getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
        out.flush();
        return status(line(new BufferedInputStream(socket.getInputStream())));
      }
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var socket = (SSLSocket) factory.createSocket(plain, host, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String head(URI url, int port, boolean tls, int length, @Nullable String secret) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String host = url.getHost() + (port == (tls ? 443 : 80) ? "" : ":" + port);
    return "POST "
        + path
        + query
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\nUser-Agent: syncyte-hub\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\nConnection: close\r\n"
        + (secret == null ? "" : "X-Webhook-Secret: " + secret + "\r\n")
        + "\r\n";
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n' && line.size() < MAX_LINE; c = in.read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  private static int status(String line) throws IOException {
    var words = line.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9]{2}")) {
      throw new IOException("the other end does not speak HTTP/1.1");
    }
    return Integer.parseInt(words[1]);
  }
}
