package org.syncyte.hub.s3;

import io.vertx.ext.web.RoutingContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body that a client holds back until it is told to go on (`Expect: 100-continue`). The first
/// read tells it, so a request that is refused for its headers costs no transfer.
final class AwaitedBody extends FilterInputStream {
  private final RoutingContext context;
  private boolean asked;

  AwaitedBody(RoutingContext context, InputStream body) {
    super(body);
    this.context = context;
    asked = !waits(context);
  }

  static boolean waits(RoutingContext context) {
    return "100-continue".equalsIgnoreCase(context.request().getHeader("Expect"));
  }

  private void ask() {
    if (!asked) {
      asked = true;
      context.response().writeContinue();
    }
  }

  @Override
  public int read() throws IOException {
    ask();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    ask();
    return super.read(bytes, offset, count);
  }
}
