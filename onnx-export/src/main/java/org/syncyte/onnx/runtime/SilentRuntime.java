package org.syncyte.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// ONNX Runtime, started with its reporting off.
///
/// Official builds report on their use unless told not to: at the first call they read the command
/// line and the machine's id, keep a device id under the user's home, and send events over HTTPS.
/// (Reading a command line of more than about four thousand characters also overflows the stack and
/// ends the process.) A site promises that nothing leaves it, so the switch is thrown before the
/// library is loaded. The library looks for it in the process environment, which Java can only
/// read; so the C library is asked to set it.
final class SilentRuntime {
  private static final String SWITCH = "ORT_DISABLE_TELEMETRY";
  private static final OrtEnvironment ENVIRONMENT = start();

  private SilentRuntime() {}

  static OrtEnvironment environment() {
    return ENVIRONMENT;
  }

  private static OrtEnvironment start() {
    if (!"1".equals(System.getenv(SWITCH))) {
      disable();
    }
    var environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    try {
      // Windows has no such variable, but minds this call.
      environment.setTelemetry(false);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses to stop reporting", e);
    }
    return environment;
  }

  private static void disable() {
    var linker = Linker.nativeLinker();
    var setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      return;
    }
    var text = ValueLayout.ADDRESS;
    var call =
        linker.downcallHandle(
            setenv.get(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, text, text, ValueLayout.JAVA_INT));
    int failed;
    try (var arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(SWITCH);
      MemorySegment value = arena.allocateFrom("1");
      failed = (int) call.invokeExact(name, value, 1);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (failed != 0) {
      throw new IllegalStateException(
          "the reporting of ONNX Runtime cannot be turned off; start the process with %s=1"
              .formatted(SWITCH));
    }
  }
}
