package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Runs the tests that are written in the scripts' own language.
class ScriptsTest {
  @Test
  void scriptsDoWhatTheirTestsSay() throws IOException, InterruptedException {
    var node =
        new ProcessBuilder("node", "--test", "src/test/js/scripts.test.mjs")
            .redirectErrorStream(true)
            .start();
    node.getOutputStream().close();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(said).isZero();
    assertThat(said).containsPattern("# pass (3[5-9]|[4-9]\\d)").contains("# fail 0");
  }
}
