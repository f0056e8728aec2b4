/// The command line: one class per command.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.cli;
