package org.syncyte.hub.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.hub.HubException;

class DestinationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://127.9.9.9:5432/",
        "http://localhost:8425/api",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://198.18.0.1/",
        "http://192.0.0.8/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[ff02::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/"
      })
  void callsNothingInsideTheHubsOwnNetworks(String url) {
    assertThatThrownBy(() -> Destination.of(Destination.parse(url), false))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("private network");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://93.184.215.14/", "https://[2606:2800:21f:cb07::1]:8443/x?y=z"})
  void callsPublicMachines(String url) throws Exception {
    var to = Destination.of(Destination.parse(url), false);
    assertThat(Destination.isPublic(to.machine())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "http:///x",
        "http://user@example.org/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://example.org/\r\nX: y"
      })
  void refusesWhatIsNoAddressOfTheWeb(String url) {
    assertThatThrownBy(() -> Destination.parse(url)).isInstanceOf(HubException.class);
  }

  @Test
  void saysOfEveryAddressWhetherItIsPublic() throws Exception {
    var random = new Random(5);
    int open = 0;
    for (int i = 0; i < 5000; i++) {
      var bytes = new byte[i % 2 == 0 ? 4 : 16];
      random.nextBytes(bytes);
      open += Destination.isPublic(InetAddress.getByAddress(bytes)) ? 1 : 0;
    }
    assertThat(open).isBetween(3500, 4950);
  }

  @Test
  void mutatedAddressesAreRefusedOrParsedAndNothingElse() {
    var random = new Random(6);
    String good = "https://hooks.example.org:8443/path/to?query=1#part";
    for (int i = 0; i < 3000; i++) {
      var text = new StringBuilder(good);
      for (int change = 0; change <= random.nextInt(4); change++) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
      }
      try {
        URI url = Destination.parse(text.toString());
        assertThat(url.getScheme()).isIn("http", "https");
        assertThat(url.getHost()).isNotEmpty();
      } catch (HubException refused) {
        assertThat(refused.status()).isEqualTo(400);
      }
    }
  }
}
