package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// a hub behind a real reverse proxy, below a prefix of the proxy's address. Nothing is
/// configured at the hub: it takes its address from what the proxy adds to each request.
final class ProxyTest {
  private static final String PREFIX = "/science/models";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STORY =
      """
      import os, sys
      from huggingface_hub import HfApi, hf_hub_download, snapshot_download
      endpoint, token, folder = sys.argv[1:]
      api = HfApi(endpoint=endpoint, token=token)
      url = api.create_repo("lab/first")
      assert str(url) == endpoint + "/lab/first", url
      weights = os.urandom(300_000)
      open(folder + "/model.pt", "wb").write(weights)
      open(folder + "/README.md", "w").write("---\\nlicense: mit\\n---\\nBehind a proxy.\\n")
      made = api.upload_folder(repo_id="lab/first", folder_path=folder)
      assert str(made.commit_url).startswith(endpoint + "/lab/first/commit/"), made.commit_url
      api.create_branch("lab/first", branch="exp/a b")
      here = snapshot_download("lab/first", endpoint=endpoint, token=token, revision="exp/a b", local_dir=folder + "/copy")
      assert open(here + "/model.pt", "rb").read() == weights
      api.move_repo("lab/first", "lab/second")
      moved = hf_hub_download("lab/first", "model.pt", endpoint=endpoint, token=token, cache_dir=folder + "/cache")
      assert open(moved, "rb").read() == weights
      assert [m.id for m in api.list_models(author="lab")] == ["lab/second"]
      print("done")
      """;

  @Test
  void everyAddressIsOnTheProxyAndEveryOneWorks(@TempDir Path work) throws Exception {
    assumeThat(Nginx.installed())
        .as("SKIPPED, nginx is missing; get it with 'apt-get install nginx-light'")
        .isTrue();
    Path folder = Files.createDirectories(work.resolve("folder"));
    try (var hub = HubProcess.start(work.resolve("hub"));
        var nginx = Nginx.proxy(work.resolve("nginx"), PREFIX, hub.address())) {
      String base = nginx.address() + PREFIX;
      for (String chunked : new String[] {"", "1"}) {
        var script = Files.writeString(work.resolve("story.py"), STORY);
        var builder =
            new ProcessBuilder(
                StockClients.newestPython(),
                script.toString(),
                base,
                hub.token(),
                Files.createDirectories(folder.resolve("f" + chunked)).toString());
        builder.environment().put("HF_ENDPOINT", base);
        builder.environment().put("HF_HOME", work.resolve("home" + chunked).toString());
        builder.environment().put("HF_HUB_DISABLE_XET", chunked.isEmpty() ? "0" : "1");
        var done = Command.run(builder);
        assertThat(done.out()).as(done.err()).contains("done");
        hub.send(
            hub.request("/api/repos/delete")
                .header("Content-Type", "application/json")
                .method(
                    "DELETE",
                    BodyPublishers.ofString("{\"organization\":\"lab\",\"name\":\"second\"}")));
      }
      addresses(base, hub.token());
    }
  }

  private static void addresses(String base, String token)
      throws IOException, InterruptedException {
    post(base + "/api/repos/create", token, "{\"organization\":\"lab\",\"name\":\"one\"}");
    post(base + "/api/repos/create", token, "{\"organization\":\"lab\",\"name\":\"two\"}");
    var batch =
        post(
            base + "/lab/one.git/info/lfs/objects/batch",
            token,
            "{\"operation\":\"upload\",\"objects\":[{\"oid\":\"%s\",\"size\":7}]}"
                .formatted("a".repeat(64)));
    assertThat(batch.at("/objects/0/actions/upload/href").asText()).startsWith(base + "/");
    assertThat(batch.at("/objects/0/actions/verify/href").asText()).startsWith(base + "/");
    var xet = JSON.readTree(get(base + "/api/models/lab/one/xet-write-token/main", token).body());
    assertThat(xet.path("casUrl").asText()).startsWith(base + "/_xet/e");
    var list = get(base + "/api/models?author=lab&limit=1", token);
    String next = list.headers().firstValue("Link").orElseThrow().replaceAll("<([^>]+)>.*", "$1");
    assertThat(next).startsWith(base + "/api/models?");
    assertThat(JSON.readTree(get(next, token).body()).size()).isEqualTo(1);
    post(base + "/api/repos/move", token, "{\"fromRepo\":\"lab/one\",\"toRepo\":\"lab/three\"}");
    var moved = get(base + "/api/models/lab/one", token);
    assertThat(moved.statusCode()).isEqualTo(307);
    assertThat(moved.headers().firstValue("Location")).hasValue(PREFIX + "/api/models/lab/three");
  }

  private static HttpResponse<String> get(String url, String token)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token));
  }

  private static JsonNode post(String url, String token, String body)
      throws IOException, InterruptedException {
    var reply =
        send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
