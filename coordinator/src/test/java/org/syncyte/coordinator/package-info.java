@org.jspecify.annotations.NullMarked
package org.syncyte.coordinator;
