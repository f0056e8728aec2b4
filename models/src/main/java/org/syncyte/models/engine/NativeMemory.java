package org.syncyte.models.engine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// Tells the C library's allocator to keep what the tensor engine frees.
///
/// A minibatch makes and drops some hundred arrays of one megabyte. By default each is a mapping of
/// its own: the kernel hands out zeroed pages and takes them back every time, which costs more than
/// the arithmetic. With high thresholds the pages stay in the process. Where the C library has no
/// `mallopt`, nothing changes.
final class NativeMemory {
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_THRESHOLD = -3;
  private static final int MEBIBYTE = 1 << 20;

  private NativeMemory() {}

  static void keepFreedPages() {
    var linker = Linker.nativeLinker();
    var mallopt = linker.defaultLookup().find("mallopt");
    if (mallopt.isEmpty()) {
      return;
    }
    var call =
        linker.downcallHandle(
            mallopt.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int _ = (int) call.invokeExact(M_MMAP_THRESHOLD, 32 * MEBIBYTE);
      int _ = (int) call.invokeExact(M_TRIM_THRESHOLD, 1024 * MEBIBYTE);
      int _ = (int) call.invokeExact(M_TOP_PAD, 64 * MEBIBYTE);
    } catch (Throwable failure) {
      throw new LinkageError("mallopt", failure);
    }
  }
}
