package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every stock client through every flow it has, against the packaged hub.
///
/// After each push the repository is read over plain HTTP and compared byte by byte with what was
/// pushed; after each pull into an empty folder the folder is. The result is a table, client by
/// flow, in `target/matrix.md`; a flow that a client has and that fails, fails the test.
final class ClientMatrixTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, Map<String, String>> table = new LinkedHashMap<>();

  @Test
  void everyClientPassesEveryFlow(@TempDir Path work) throws Exception {
    Path source = content(work.resolve("source"));
    try (var hub = HubProcess.start(work.resolve("hub"))) {
      int number =
          JSON.readTree(hub.send(hub.request("/api/v1/users/admin/tokens")).body())
              .path(0)
              .path("id")
              .asInt();
      var clients = StockClients.all(number);
      for (int i = 0; i < clients.size(); i++) {
        Path folder = Files.createDirectories(work.resolve("client" + i));
        Files.createDirectories(folder.resolve("tmp"));
        drive(hub, clients.get(i), "matrix" + i + "/model", source, folder.resolve("pulled"));
      }
    }
    Path report = Files.createDirectories(Path.of("target")).resolve("matrix.md");
    Files.writeString(report, markdown());
    assertThat(table.values().stream().flatMap(flows -> flows.values().stream()).toList())
        .as(Files.readString(report))
        .allMatch(result -> result.equals("ok"));
    assertThat(table).hasSizeGreaterThanOrEqualTo(8);
  }

  private void drive(
      HubProcess hub, StockClients.Client client, String repo, Path source, Path pulled)
      throws IOException, InterruptedException {
    var flows = new LinkedHashMap<String, String>();
    table.put(client.name(), flows);
    read(client.run("push", hub.address(), hub.token(), repo, source), flows);
    flows.put("bytes stored", same(read(source), stored(hub, repo)));
    Files.createDirectories(pulled);
    read(client.run("pull", hub.address(), hub.token(), repo, pulled), flows);
    flows.put("bytes pulled", same(read(source), read(pulled)));
    read(client.run("more", hub.address(), hub.token(), repo, pulled), flows);
  }

  private static void read(Command done, Map<String, String> flows) {
    int before = flows.size();
    for (String line : done.out().lines().toList()) {
      if (line.startsWith("ok ")) {
        flows.put(line.substring(3).strip(), "ok");
      } else if (line.startsWith("no ")) {
        int colon = line.indexOf(':');
        flows.put(line.substring(3, colon), line.substring(colon + 1).strip());
      }
    }
    if (done.code() != 0 || flows.size() == before) {
      flows.put("script", "exit code " + done.code() + " " + done.err().strip());
    }
  }

  private static String same(Map<String, byte[]> wanted, Map<String, byte[]> found) {
    found.remove(".gitattributes");
    if (!found.keySet().equals(wanted.keySet())) {
      return "files are " + found.keySet() + " instead of " + wanted.keySet();
    }
    for (var file : wanted.entrySet()) {
      if (!java.util.Arrays.equals(file.getValue(), found.get(file.getKey()))) {
        return file.getKey() + " differs";
      }
    }
    return "ok";
  }

  /// The repository as it is on main, over plain HTTP.
  private static Map<String, byte[]> stored(HubProcess hub, String repo)
      throws IOException, InterruptedException {
    var files = new TreeMap<String, byte[]>();
    var tree = hub.send(hub.request("/api/models/" + repo + "/tree/main?recursive=true")).body();
    for (var entry : JSON.readTree(tree)) {
      if (entry.path("type").asText().equals("file")) {
        String path = entry.path("path").asText();
        String encoded =
            java.net.URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
        files.put(path, hub.bytes("/" + repo + "/resolve/main/" + encoded));
      }
    }
    return files;
  }

  private static Map<String, byte[]> read(Path folder) throws IOException {
    var files = new TreeMap<String, byte[]>();
    try (var found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static Path content(Path folder) throws IOException {
    var random = new Random(11);
    var files = new LinkedHashMap<String, byte[]>();
    String card =
        "---\nlicense: cc-by-4.0\nlibrary_name: scvi-tools\ntags:\n- tissue:lung\n---\n# Lung\n";
    files.put("README.md", card.getBytes(StandardCharsets.UTF_8));
    files.put("model.pt", random(random, 12_000_001));
    files.put("adata.h5ad", random(random, 400_000));
    files.put("zeros.bin", new byte[3_000_000]);
    files.put("empty.txt", new byte[0]);
    files.put("small.txt", "not a large file\n".getBytes(StandardCharsets.UTF_8));
    files.put("notes/größe & maß+1.txt", "Zellgröße\n".getBytes(StandardCharsets.UTF_8));
    for (var file : files.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.resolveSibling("."));
      Files.write(target, file.getValue());
    }
    return folder;
  }

  private static byte[] random(Random random, int size) {
    var bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private String markdown() {
    var flows = new LinkedHashSet<String>();
    table.values().forEach(results -> flows.addAll(results.keySet()));
    var text = new StringBuilder("| flow |");
    table.keySet().forEach(client -> text.append(' ').append(client).append(" |"));
    text.append("\n|---|").append(":---:|".repeat(table.size())).append('\n');
    var failures = new ArrayList<String>();
    for (String flow : flows) {
      text.append("| ").append(flow).append(" |");
      table.forEach((client, results) -> {
        String result = results.getOrDefault(flow, "–");
        text.append(' ').append(result.length() > 2 ? "**no**" : result).append(" |");
        if (result.length() > 2) {
          failures.add("- %s, %s: %s".formatted(client, flow, result));
        }
      });
      text.append('\n');
    }
    text.append("\n\"–\": the client has no such call.\n");
    return text + String.join("\n", failures) + (failures.isEmpty() ? "" : "\n");
  }
}
