package org.syncyte.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Hands one undisturbed demo to every test class that asks for a [DemoProcess], started when the
/// first one does and stopped after the last.
final class SharedDemo implements ParameterResolver {
  private static final ExtensionContext.Namespace SHARED =
      ExtensionContext.Namespace.create(SharedDemo.class);

  private record Holder(DemoProcess demo, Path folder) implements AutoCloseable {
    static Holder start() {
      try {
        var folder = Files.createTempDirectory("syncyte-demo");
        return new Holder(DemoProcess.start(folder.resolve("demo")), folder);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws IOException {
      demo.close();
      delete(folder);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == DemoProcess.class;
  }

  @Override
  public DemoProcess resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SHARED)
        .computeIfAbsent("demo", _ -> Holder.start(), Holder.class)
        .demo();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (var found = Files.walk(folder)) {
      deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (var path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
