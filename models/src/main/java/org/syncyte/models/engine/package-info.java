/// The engine that models run on: its threads, memory and switches, and our own workers beside it.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.engine;
