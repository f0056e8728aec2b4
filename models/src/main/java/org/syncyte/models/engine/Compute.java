package org.syncyte.models.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/// The tensor engine: started once, with an allocator and a number of threads that suit it.
///
/// Recording of gradients is a property of the calling thread, so several trainings can run in one
/// process.
public final class Compute {
  private static final NDManager ROOT = start();
  private static final boolean VECTORS =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private Compute() {}

  private static NDManager start() {
    NativeMemory.keepFreedPages();
    return Engine.getEngine("PyTorch").newBaseManager();
  }

  /// A scope for arrays; close it.
  public static NDManager scope() {
    return ROOT.newSubManager();
  }

  /// Sets how many threads one operation may use.
  public static void threads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads = " + count + "; at least one is needed");
    }
    JniUtils.setNumThreads(count);
  }

  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /// Whether this process may use the processor's vector instructions: it was started with
  /// `--add-modules jdk.incubator.vector`.
  public static boolean vectors() {
    return VECTORS;
  }

  /// Whether this thread records operations for gradients; the former setting comes back on close.
  public static Recording recording(boolean on) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(on);
    return () -> JniUtils.setGradMode(before);
  }

  /// Adds the gradients of `loss`, a scalar, to the arrays that require them.
  public static void backward(NDArray loss) {
    try (var one = loss.getManager().create(1f)) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /// The end of a change to what this thread records.
  @FunctionalInterface
  public interface Recording extends AutoCloseable {
    @Override
    void close();
  }
}
