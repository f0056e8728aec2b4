/// The demo: every process of a small federation on one machine.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.demo;
