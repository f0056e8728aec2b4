/// The log of decisions: a hash chain that anyone can check.
@org.jspecify.annotations.NullMarked
package org.syncyte.federation.journal;
