/// Building blocks of networks, their weights by published name, and the pass that runs them.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.nn;
