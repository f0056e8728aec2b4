/// From the updates of many sites to one model: weighted means per block, and checks before use.
@org.jspecify.annotations.NullMarked
package org.syncyte.federation.aggregate;
