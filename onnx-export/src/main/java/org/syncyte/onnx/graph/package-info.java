/// The ONNX file as something one builds: inputs, weights, nodes, outputs.
@org.jspecify.annotations.NullMarked
package org.syncyte.onnx.graph;
