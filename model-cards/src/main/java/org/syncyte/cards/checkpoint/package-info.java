/// Saved models as data: torch archives, pickles and safetensors, read without executing anything.
@org.jspecify.annotations.NullMarked
package org.syncyte.cards.checkpoint;
