/// Uploads in the chunked form that newer clients send: chunks packed into xorbs, files described
/// by shards, rebuilt here into plain content.
@NullMarked
package org.syncyte.hub.xet;

import org.jspecify.annotations.NullMarked;
