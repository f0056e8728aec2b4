package org.syncyte.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A small OpenID Connect provider: discovery, the code flow with PKCE, RS256 tokens. It lets in
/// whoever comes, as Ada, except those who say in the address who else they are.
final class Provider implements AutoCloseable {
  static final String CLIENT = "syncyte-test";
  static final String SECRET = "a secret of the provider and the hub";
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpServer server;
  private final KeyPair keys;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();

  Provider() throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/.well-known/openid-configuration", exchange -> reply(exchange, discovery()));
    server.createContext("/jwks", exchange -> reply(exchange, Map.of("keys", List.of(jwk()))));
    server.createContext("/authorize", this::authorize);
    server.createContext("/token", this::token);
    server.start();
  }

  String issuer() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private Map<String, Object> discovery() {
    return Map.of(
        "issuer", issuer(),
        "authorization_endpoint", issuer() + "/authorize",
        "token_endpoint", issuer() + "/token",
        "jwks_uri", issuer() + "/jwks",
        "response_types_supported", List.of("code"),
        "subject_types_supported", List.of("public"),
        "id_token_signing_alg_values_supported", List.of("RS256"));
  }

  private Map<String, Object> jwk() {
    var key = (RSAPublicKey) keys.getPublic();
    return Map.of(
        "kty", "RSA",
        "kid", "one",
        "use", "sig",
        "alg", "RS256",
        "n", text(unsigned(key.getModulus())),
        "e", text(unsigned(key.getPublicExponent())));
  }

  private void authorize(HttpExchange exchange) throws IOException {
    var asked = fields(exchange.getRequestURI().getRawQuery());
    String code = Integer.toHexString(asked.hashCode()) + codes.size();
    codes.put(code, asked);
    exchange
        .getResponseHeaders()
        .add(
            "Location",
            asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state"));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    var given =
        fields(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var asked = codes.remove(given.getOrDefault("code", ""));
    String basic = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    String right =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
    String plus =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (CLIENT + ":" + SECRET.replace(" ", "+")).getBytes(StandardCharsets.UTF_8));
    if (asked == null
        || !(basic.equals(right) || basic.equals(plus))
        || !challenge(given.getOrDefault("code_verifier", ""))
            .equals(asked.get("code_challenge"))) {
      exchange.sendResponseHeaders(400, -1);
      exchange.close();
      return;
    }
    long now = Instant.now().getEpochSecond();
    var claims = new HashMap<String, Object>();
    claims.put("iss", issuer());
    claims.put("sub", "subject-17");
    claims.put("aud", CLIENT);
    claims.put("iat", now);
    claims.put("exp", now + 300);
    claims.put("preferred_username", "ada.lovelace@example.org");
    claims.put("name", "Ada Lovelace");
    claims.put("email", "ada@example.org");
    if (asked.containsKey("nonce")) {
      claims.put("nonce", asked.get("nonce"));
    }
    String id = signed(claims);
    reply(
        exchange,
        Map.of("access_token", id, "id_token", id, "token_type", "Bearer", "expires_in", 300));
  }

  private String signed(Map<String, Object> claims) {
    try {
      String text =
          text(JSON.writeValueAsBytes(Map.of("alg", "RS256", "kid", "one", "typ", "JWT")))
              + "."
              + text(JSON.writeValueAsBytes(claims));
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + text(signature.sign());
    } catch (GeneralSecurityException | JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String challenge(String verifier) {
    try {
      return text(
          MessageDigest.getInstance("SHA-256")
              .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Map<String, String> fields(String form) {
    var fields = new HashMap<String, String>();
    for (var part : form.split("&")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        fields.put(
            part.substring(0, equals),
            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return fields;
  }

  private static void reply(HttpExchange exchange, Map<String, Object> body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
