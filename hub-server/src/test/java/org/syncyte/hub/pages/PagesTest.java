package org.syncyte.hub.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.upload;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

/// The pages of a model that was published through the hub's own protocol.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class PagesTest {
  private static final String REPO = "atlas/blood-scvi";
  private static final String PAGE = "/" + REPO;
  private static final String MAP =
      """
      {"x":[0,1,2],"y":[2,1,0],"obs":{"cell_type":{"codes":[0,0,1],"categories":["B cell","T cell"]},
       "site":{"codes":[0,1,1],"categories":["a","b"]},"_scvi_batch":{"codes":[0,0,0],"categories":["0"]},
       "donor_id":{"codes":[0,1,1],"categories":["Smith","Jones"]}},
       "numbers":{"n_genes":[812,null,1000]}}
      """;
  private static final String CARD =
      """
      ---
      license: cc-by-4.0
      library_name: scvi-tools
      tags: ["tissue:blood", "assay:10x 3' v3"]
      ---
      # Blood

      Cells of **healthy** donors. <script>alert(1)</script>

      [More](notes/more.md)
      """;
  private static final String EVALUATION =
      """
      {"schema":1,"model":"%s","cells":40,"labels":["<b>","T cell"],
       "known":[{"label":"<b>","told":[38,2]}],"withheld":[],
       "calibrations":[{"temperature":1.0,"error":0.04,"confidence":0.99,
        "bins":[{"low":0.5,"high":1.0,"cells":40,"confidence":0.99,"accuracy":0.95}]}]}
      """;
  private static final String IMPORTANCE =
      """
      {"schema":1,"model":"%s","explained":"labels","column":"","cells":60,"groups":[
       {"group":"B cell","target":"own","cells":30,"features":[{"name":"MS4A1","mean":0.8,"deviation":0.1}]},
       {"group":"T cell","target":"own","cells":21,"features":[{"name":"CD3E","mean":0.7,"deviation":0.1}]},
       {"group":"rare","target":"own","cells":9,"features":[{"name":"PPBP","mean":0.7,"deviation":0.1}]}]}
      """;
  private static boolean published;

  @BeforeEach
  void publish() {
    if (published) {
      return;
    }
    var token = adminToken();
    create(token, REPO);
    var model = model();
    var oid = upload(token, REPO, model);
    committed(
        token,
        REPO,
        header("Publish round 2"),
        large("model.pt", oid, model.length),
        file("README.md", CARD),
        file(
            "_scvi_required_metadata.json",
            "{\"model_cls_name\":\"SCVI\",\"scvi_version\":\"1.3.3\"}"),
        file("notes/more.md", "more"),
        file("latent_map.json", MAP),
        file("training.json", TrainingFileTest.ROUNDS),
        file("proof.json", ProofFileTest.proof(sha256(model), true, 3e-7)));
    published = true;
  }

  private static byte[] model() {
    try (var in = PagesTest.class.getResourceAsStream("/pages/model.pt")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RequestSpecification browser() {
    return HubClient.anonymous().accept("text/html,application/xhtml+xml,*/*;q=0.8");
  }

  private static String page(String path) {
    return browser().get(path).then().statusCode(200).extract().asString();
  }

  @Test
  void homeListsTheModelWithItsKeyFacts() {
    var home = page("/?q=blood");
    assertThat(home)
        .contains("One model matches")
        .contains("atlas/</span><wbr>blood-scvi")
        .contains("<dt>cells</dt><dd>120</dd>")
        .contains("<dt>genes</dt><dd>30</dd>")
        .contains("<dt>sites</dt><dd>2</dd>")
        .contains("CC BY 4.0")
        .contains("minified")
        .contains("proof passed")
        .contains("Cells of healthy donors.");
  }

  @Test
  void filtersNarrowAndCanBeDropped() {
    assertThat(page("/?filter=tissue%3Ablood"))
        .contains("blood-scvi")
        .contains("Tissue: blood")
        .contains("<input type=\"hidden\" name=\"filter\" value=\"tissue:blood\">");
    assertThat(page("/?filter=tissue%3Amoon"))
        .contains("No model matches")
        .doesNotContain("blood-scvi");
    assertThat(page("/?q=%3Cb%3E%22x")).contains("value=\"&lt;b&gt;&quot;x\"");
    assertThat(page("/atlas")).contains("organisation").contains("blood-scvi");
    assertThat(page("/atlas?q=blood")).contains("by atlas").contains("blood-scvi");
  }

  @Test
  void longListsHavePagesAndFacets() {
    var token = adminToken();
    for (var i = 0; i < 30; i++) {
      var repo = "many/model-" + i;
      create(token, repo);
      committed(
          token,
          repo,
          header("card"),
          file("README.md", "---\ntags: [\"tissue:part" + i % 3 + "\"]\n---\nText."));
    }
    var first = page("/many");
    assertThat(first).contains("1–25 of 30").contains("rel=\"next\" href=\"/many?page=2\"");
    assertThat(page("/many?page=2"))
        .contains("26–30 of 30")
        .contains("rel=\"prev\" href=\"/many\"");
    assertThat(first).contains("href=\"/many?filter=tissue%3Apart1\"").contains("no licence");
    assertThat(page("/many?sort=name")).contains("href=\"/many?sort=name\" aria-current=\"true\"");
  }

  @Test
  void cardIsShownWithoutItsScript() {
    var card = page(PAGE);
    assertThat(card)
        .contains("<strong>healthy</strong>")
        .doesNotContain("alert(1)")
        .contains("href=\"/atlas/blood-scvi/blob/main/notes/more.md\"")
        .contains("Proof passed")
        .contains("<dt>latent dimensions</dt><dd>4</dd>")
        .contains("href=\"/?filter=tissue%3Ablood\"")
        .contains("pull_from_huggingface_hub(&quot;atlas/blood-scvi&quot;)");
  }

  @Test
  void everyPartHasItsAddress() {
    assertThat(page(PAGE + "/map"))
        .contains("data-by=\"cell_type\"")
        .contains("B cell</th><td class=\"number\">2")
        .contains("data-column=\"n_genes\"")
        .doesNotContain("donor_id")
        .doesNotContain("_scvi_batch");
    assertThat(page(PAGE + "/map?by=site")).contains("data-by=\"site\"");
    assertThat(page(PAGE + "/training"))
        .contains("Run pbmc-1 of the federation demo")
        .contains("data-v=\"710.25\">710.3")
        .contains("1,024 cells, stored counts");
    assertThat(page(PAGE + "/training?metric=elbo_train")).contains("data-v=\"690.0\"");
    assertThat(page(PAGE + "/use")).contains("syncyte pull atlas/blood-scvi");
    assertThat(page(PAGE + "/commits/main")).contains("Publish round 2").contains("initial commit");
    assertThat(page("/about")).contains("About and limits");
  }

  @Test
  void genesAreFilteredByTheAddressAlone() {
    assertThat(page(PAGE + "/genes")).contains("30 genes").contains("ENSG00000000029");
    assertThat(page(PAGE + "/genes?q=ensg00000000007"))
        .contains("<span class=\"n\">7</span> ENSG00000000007")
        .doesNotContain("ENSG00000000029");
    assertThat(page(PAGE + "/genes?q=nothing")).contains("No gene of this model is called like");
  }

  @Test
  void filesShowSizesHashesAndDownloads() {
    var tree = page(PAGE + "/tree/main");
    assertThat(tree)
        .contains("title=\"sha256 " + sha256(model()) + "\"")
        .contains("notes/</a>")
        .contains("/model.pt?download=true");
    assertThat(page(PAGE + "/tree/main/notes")).contains("more.md");
    assertThat(page(PAGE + "/blob/main/notes/more.md")).contains("<code>more</code>");
    assertThat(page(PAGE + "/blob/main/model.pt"))
        .contains("not shown here")
        .contains(sha256(model()));
    browser().get(PAGE + "/blob/main/absent").then().statusCode(404).body(containsString("absent"));
    var link = Pattern.compile("href=\"([^\"]*/model\\.pt\\?download=true)\"").matcher(tree);
    assertThat(link.find()).isTrue();
    assertThat(browser().get(link.group(1)).then().statusCode(200).extract().asByteArray())
        .isEqualTo(model());
  }

  @Test
  void everyPageForbidsForeignScriptsAndIsNotSentTwice() {
    var first = browser().get(PAGE);
    first
        .then()
        .header(
            "Content-Security-Policy",
            allOf(startsWith("default-src 'none'"), not(containsString("unsafe"))))
        .header("X-Content-Type-Options", equalTo("nosniff"))
        .header("Cache-Control", equalTo("no-cache"));
    browser().header("If-None-Match", first.header("ETag")).get(PAGE).then().statusCode(304);
    assertThat(first.asString())
        .doesNotContain(" style=")
        .doesNotContain("<style")
        .doesNotContain("<script>");
  }

  @Test
  void assetsAreKeptForEver() {
    var sheet = Pattern.compile("href=\"(/assets/[^\"]+/site\\.css)\"").matcher(page("/"));
    assertThat(sheet.find()).isTrue();
    HubClient.anonymous()
        .header("Accept-Encoding", "gzip")
        .get(sheet.group(1))
        .then()
        .statusCode(200)
        .header("Content-Encoding", equalTo("gzip"))
        .header("Cache-Control", containsString("immutable"))
        .body(containsString("--paper"));
    HubClient.anonymous().get("/assets/000000000000/site.css").then().statusCode(404);
  }

  @Test
  void mapIsAPictureThatNeverChanges() {
    var address =
        Pattern.compile("src=\"(/atlas/blood-scvi/map\\.svg[^\"]+)\"").matcher(page(PAGE + "/map"));
    assertThat(address.find()).isTrue();
    HubClient.anonymous()
        .accept("image/svg+xml")
        .get(address.group(1).replace("&amp;", "&"))
        .then()
        .statusCode(200)
        .contentType("image/svg+xml")
        .header("Cache-Control", containsString("immutable"))
        .body(containsString("h0"));
  }

  @Test
  void mapIsSentAsPackedPointsWithoutWhatNamesPersons() {
    var address =
        Pattern.compile("data-places=\"(/atlas/blood-scvi/map\\.bin[^\"]+)\"")
            .matcher(page(PAGE + "/map"));
    assertThat(address.find()).isTrue();
    var path = address.group(1).replace("&amp;", "&");
    var places = points(path);
    places
        .then()
        .statusCode(200)
        .header("Content-Encoding", equalTo("gzip"))
        .header("Cache-Control", containsString("immutable"));
    var text = new String(places.asByteArray(), StandardCharsets.ISO_8859_1);
    assertThat(text)
        .startsWith("SYMP")
        .contains("\"columns\":[\"cell_type\",\"site\",\"n_genes\"]");
    int header = ByteBuffer.wrap(places.asByteArray()).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    assertThat(places.asByteArray()).hasSize(8 + header + 3 * 4);
    assertThat(
            HubClient.anonymous()
                .header("Accept-Encoding", "identity")
                .urlEncodingEnabled(false)
                .get(path)
                .asByteArray())
        .isEqualTo(places.asByteArray());
    points(path + "&by=n_genes").then().statusCode(200);
    points(path + "&by=donor_id").then().statusCode(404);
    points(path.replace("map.bin", "map.svg") + "&by=donor_id").then().statusCode(404);
    HubClient.anonymous()
        .header("If-None-Match", places.header("ETag"))
        .urlEncodingEnabled(false)
        .get(path)
        .then()
        .statusCode(304);
  }

  private static io.restassured.response.Response points(String path) {
    return HubClient.anonymous()
        .accept("*/*")
        .header("Accept-Encoding", "gzip")
        .urlEncodingEnabled(false)
        .get(path);
  }

  @Test
  void brokenFilesLeaveGapsNotErrors() {
    var token = adminToken();
    create(token, "atlas/broken");
    var bytes = HubClient.bytes(2_000, 5);
    var oid = upload(token, "atlas/broken", bytes);
    committed(
        token,
        "atlas/broken",
        header("break"),
        large("model.pt", oid, bytes.length),
        file("README.md", "---\n[not: yaml\n---\n# Still shown"),
        file("latent_map.json", "{\"x\":["),
        file("training.json", "[]"),
        file("proof.json", "?"));
    assertThat(page("/atlas/broken"))
        .contains("could not read model.pt")
        .contains("Still shown")
        .doesNotContain("/atlas/broken/map\"")
        .doesNotContain("/atlas/broken/training\"");
    browser().get("/atlas/broken/map").then().statusCode(404).body(containsString("no map"));
    browser().get("/atlas/broken/genes").then().statusCode(404);
    browser()
        .get("/atlas/broken/training")
        .then()
        .statusCode(200)
        .body(containsString("No training history"));
  }

  @Test
  void evaluationIsShownWithoutSmallGroups() {
    var repo = "atlas/judged";
    publish(repo, EVALUATION.formatted(sha256(model())), IMPORTANCE.formatted(sha256(model())));
    assertThat(page("/" + repo)).contains("/atlas/judged/evaluation\"");
    assertThat(page("/" + repo + "/evaluation"))
        .contains("95.0 %")
        .contains("38 of 40 cells known as &lt;b&gt; were told &lt;b&gt;")
        .contains("MS4A1")
        .contains("href=\"/atlas/judged/evaluation?group=T%20cell#genes\"")
        .contains("One group has fewer than 10 cells and is not shown.")
        .doesNotContain("rare");
    assertThat(page("/" + repo + "/evaluation?group=T%20cell"))
        .contains("CD3E")
        .doesNotContain("MS4A1");
    var checks = org.syncyte.hub.trust.Published.checks(repo, "main");
    assertThat(
            checks.getList(
                "checks.find { it.name == 'privacy' }.findings.findAll { it.code == 'L6' }.file",
                String.class))
        .containsExactly("attributions.json");
  }

  @Test
  void brokenResultsAreOneMessageEach() {
    publish(
        "atlas/unjudged",
        "{\"schema\":1,\"cells\":[0,1,2]}",
        IMPORTANCE.formatted("00".repeat(32)));
    assertThat(page("/atlas/unjudged/evaluation"))
        .contains("Not shown: evaluation.json is not as it should be, near line 1")
        .contains("Not shown: attributions.json was computed from another model.pt");
    assertThat(page("/atlas/unjudged")).contains("/atlas/unjudged/evaluation\"");
    var checks = org.syncyte.hub.trust.Published.checks("atlas/unjudged", "main");
    assertThat(
            checks.getList(
                "checks.find { it.name == 'privacy' }.findings.code.flatten()", String.class))
        .contains("L10");
    assertThat(page(PAGE + "/evaluation")).contains("Nothing was published yet");
  }

  private static void publish(String repo, String evaluation, String importance) {
    var token = adminToken();
    create(token, repo);
    var model = model();
    var oid = sha256(model);
    HubClient.batch(token, repo, List.of("basic"), oid, model.length);
    committed(
        token,
        repo,
        header("results"),
        large("model.pt", oid, model.length),
        file("evaluation.json", evaluation),
        file("attributions.json", importance));
  }

  @Test
  void proofOfAnotherModelDoesNotCount() {
    var token = adminToken();
    create(token, "atlas/other");
    var model = model();
    var oid = sha256(model);
    HubClient.batch(token, "atlas/other", List.of("basic"), oid, model.length);
    committed(
        token,
        "atlas/other",
        header("other"),
        large("model.pt", oid, model.length),
        file("proof.json", ProofFileTest.proof("00".repeat(32), true, 3e-7)));
    assertThat(page("/atlas/other"))
        .contains("Proof does not count")
        .doesNotContain("Proof passed");
    assertThat(page("/?q=atlas/other")).doesNotContain("proof passed");
  }

  @Test
  void privateModelIsShownToItsMembersOnly() {
    var token = adminToken();
    create(token, "atlas/secret", true);
    browser()
        .get("/atlas/secret")
        .then()
        .statusCode(404)
        .contentType("text/html")
        .body(containsString("Nothing is here"));
    browser().get("/?q=secret").then().body(not(containsString("atlas/secret")));
    HubClient.with(token)
        .accept("text/html")
        .get("/atlas/secret")
        .then()
        .statusCode(200)
        .header("Cache-Control", containsString("private"))
        .body(containsString("Private: only members of atlas"));
  }

  @Test
  void unknownAddressesArePagesForBrowsersAndJsonForPrograms() {
    for (var path :
        new String[] {"/nobody", "/atlas/absent", PAGE + "/absent", PAGE + "/tree/absent"}) {
      browser()
          .get(path)
          .then()
          .statusCode(404)
          .contentType("text/html")
          .body(containsString("Nothing is here"));
    }
    HubClient.anonymous()
        .accept("*/*")
        .get("/atlas/absent")
        .then()
        .statusCode(401)
        .contentType("application/json");
    browser().get("/api/absent/route").then().statusCode(404);
  }

  @Test
  void movedModelLeadsToItsNewAddress() {
    var token = adminToken();
    create(token, "atlas/old");
    HubClient.with(token)
        .contentType("application/json")
        .body(Map.of("fromRepo", "atlas/old", "toRepo", "atlas/new", "type", "model"))
        .post("/api/repos/move")
        .then()
        .statusCode(200);
    browser()
        .redirects()
        .follow(false)
        .get("/atlas/old/use?revision=main")
        .then()
        .statusCode(307)
        .header("Location", equalTo("/atlas/new/use?revision=main"));
  }

  @Test
  void olderRevisionsKeepTheirPages() {
    var token = adminToken();
    create(token, "atlas/aging");
    var old = committed(token, "atlas/aging", header("one"), file("README.md", "First words."));
    committed(token, "atlas/aging", header("two"), file("README.md", "Second words."));
    assertThat(page("/atlas/aging")).contains("Second words.").doesNotContain("First words.");
    assertThat(page("/atlas/aging?revision=" + old))
        .contains("<p>First words.</p>")
        .contains("You are looking at revision");
    assertThat(page("/atlas/aging/commit/" + old)).contains("README.md");
  }
}
