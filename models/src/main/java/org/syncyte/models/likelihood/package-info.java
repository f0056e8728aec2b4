/// The likelihood of counts and its gradient in one pass over the decoder's output.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.likelihood;
