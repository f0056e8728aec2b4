package org.syncyte.coordinator;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import org.syncyte.federation.Signing;

/// The runtime of one federation in a process of its own, so that it can be killed.
final class CoordinatorProcess {
  private CoordinatorProcess() {}

  public static void main(String[] args) throws Exception {
    Path keys = Path.of(args[2]);
    var key =
        new KeyPair(
            Signing.publicKey(Files.readString(keys.resolve("public.pem"))),
            Signing.privateKey(Files.readString(keys.resolve("private.pem"))));
    var around =
        new FederationRuntime.Surroundings(
            args[0],
            key,
            new HubBlobs(URI.create(args[1]), BlobServer.TOKEN, args[3]),
            "child-" + ProcessHandle.current().pid(),
            Clock.systemUTC(),
            Meters.NONE);
    var runtime = new FederationRuntime(args[3], around, (_, _) -> {});
    runtime.start();
    Thread.currentThread().join();
  }
}
