/// Runs ONNX graphs, and maps query cells with a published model.
@org.jspecify.annotations.NullMarked
package org.syncyte.onnx.runtime;
