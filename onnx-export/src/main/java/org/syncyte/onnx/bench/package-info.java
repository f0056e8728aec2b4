/// Measures what this module promises to be fast.
@org.jspecify.annotations.NullMarked
package org.syncyte.onnx.bench;
