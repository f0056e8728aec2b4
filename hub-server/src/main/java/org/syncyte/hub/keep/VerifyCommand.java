package org.syncyte.hub.keep;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.syncyte.hub.HubException;

/// Checks an exported repository without a hub, a database or a network.
public final class VerifyCommand {
  private VerifyCommand() {}

  /// Returns the exit code.
  public static int run(Path file, PrintStream out, PrintStream err) {
    try {
      var verified = ClosureFile.verify(file);
      out.printf(
          "%s: %s, %d commits, %d discussions, %d contents of %d bytes; every hash is right%n",
          file,
          verified.snapshot().repo(),
          verified.snapshot().commits().size(),
          verified.closure().transcript().talks().size(),
          verified.contents(),
          verified.bytes());
      for (var commit : verified.unchecked()) {
        out.printf("commit %s has a long title; its id could not be checked%n", commit);
      }
      return 0;
    } catch (HubException refusal) {
      err.println("syncyte: " + refusal.sentence());
      return 1;
    } catch (IOException failure) {
      err.println("syncyte: " + file + " cannot be read: " + failure);
      return 2;
    }
  }
}
