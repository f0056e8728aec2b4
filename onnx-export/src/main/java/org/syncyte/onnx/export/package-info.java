/// Records a model's own forward pass as an ONNX graph.
@org.jspecify.annotations.NullMarked
package org.syncyte.onnx.export;
