package org.syncyte.worker.site;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What a batch of this site is called elsewhere: its own name where the policy shows it, otherwise
/// `<site>/<first 10 hex digits of HMAC-SHA256(site secret, name)>`. Without the site's secret the
/// digits cannot be turned back by trying out likely names.
final class Names {
  private final String site;
  private final byte[] secret;
  private final boolean shown;

  Names(String site, byte[] secret, boolean shown) {
    this.site = site;
    this.secret = secret.clone();
    this.shown = shown;
  }

  String outside(String batch) {
    return shown ? batch : site + "/" + opaque(batch);
  }

  private String opaque(String name) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      var digest = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 5);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
